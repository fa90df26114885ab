-- The locations of the records of a file, which may have been rewritten without some of them.
UPDATE raw.fetches AS f
SET warc_offset = n.warc_offset, warc_length = n.warc_length
FROM new_record_locations AS n
WHERE f.fetch_id = n.fetch_id AND f.warc_file = $file AND f.warc_offset <> n.warc_offset;
-- Fetches whose record is no longer in the file.
UPDATE raw.fetches
SET warc_file = NULL, warc_offset = NULL, warc_length = NULL
WHERE warc_file = $file AND fetch_id NOT IN (SELECT fetch_id FROM new_record_locations);
