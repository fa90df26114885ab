-- The record location of every archived fetch.
SELECT fetch_id, warc_file, warc_offset, warc_length FROM raw.fetches WHERE warc_file IS NOT NULL;
