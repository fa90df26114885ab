-- Files of the archive were put one behind the other into one file.
UPDATE raw.fetches AS f
SET warc_file = $file, warc_offset = f.warc_offset + p.begins_at
FROM (SELECT unnest($parts) AS warc_file, unnest($begins) AS begins_at) AS p
WHERE f.warc_file = p.warc_file;
DELETE FROM ops.archive_files WHERE warc_file IN (SELECT unnest($parts));
