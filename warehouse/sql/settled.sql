-- Files of which every record is loaded. One whose rows have been lost since, as with the end of DuckDB's log, is not.
SELECT a.warc_file, a.n_bytes
FROM ops.archive_files AS a
LEFT JOIN (SELECT warc_file, count(*) AS n FROM raw.fetches GROUP BY ALL) AS f USING (warc_file)
WHERE a.n_fetches = coalesce(f.n, 0);
