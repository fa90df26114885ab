-- The locations of the records of some fetches.
SELECT fetch_id, warc_file AS file, warc_offset AS offset, warc_length AS length
FROM raw.fetches
WHERE fetch_id IN (SELECT unnest($ids)) AND warc_file IS NOT NULL;
