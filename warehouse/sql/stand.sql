-- Where the records of a file stand now: it may have been written anew without some of them.
UPDATE raw.fetches AS f
SET warc_offset = n.warc_offset, warc_length = n.warc_length
FROM new_standing AS n
WHERE f.fetch_id = n.fetch_id AND f.warc_file = $file AND f.warc_offset <> n.warc_offset;
