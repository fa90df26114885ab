-- Archive files of which every record is loaded. A file whose rows were lost since, as with the end of DuckDB's log, is
-- not one of them.
SELECT a.warc_file, a.n_bytes
FROM ops.archive_files AS a
LEFT JOIN (SELECT warc_file, count(*) AS n FROM raw.fetches GROUP BY ALL) AS f USING (warc_file)
WHERE a.n_fetches = coalesce(f.n, 0);
