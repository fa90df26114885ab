-- The record of the latest robots.txt of each address, where an upgrade left them to be read again.
SELECT arg_max(warc_file, fetched_at) AS file, arg_max(warc_offset, fetched_at) AS "offset",
  arg_max(warc_length, fetched_at) AS length
FROM raw.fetches
WHERE kind = 'robots'
  AND body_sha256 IS NOT NULL
  AND warc_file IS NOT NULL
  AND EXISTS (FROM ops.steps_due WHERE step = 'read_robots')
GROUP BY requested_url
ORDER BY ALL;
