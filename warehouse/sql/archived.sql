-- How far each archive file is loaded.
SELECT warc_file, max(warc_offset + warc_length) AS loaded_to
FROM raw.fetches
WHERE warc_file IS NOT NULL
GROUP BY warc_file;
