-- One whose record has left the archive since is not had; should the record come again, it is loaded.
SELECT fetch_id FROM raw.fetches WHERE fetch_id IN (SELECT unnest($ids)) AND warc_file IS NOT NULL;
