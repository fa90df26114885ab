-- Rows whose record is no longer in the file.
UPDATE raw.fetches
SET warc_file = NULL, warc_offset = NULL, warc_length = NULL
WHERE warc_file = $file AND fetch_id NOT IN (SELECT fetch_id FROM new_standing);
