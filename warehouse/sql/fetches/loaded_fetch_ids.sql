-- A fetch whose record has left the archive does not count: if the record comes back, it is loaded again.
SELECT fetch_id FROM raw.fetches WHERE fetch_id IN (SELECT unnest($ids)) AND warc_file IS NOT NULL;
