-- Every record of a file is loaded: its length, and how many they are.
DELETE FROM ops.archive_files WHERE warc_file = $file;
INSERT INTO ops.archive_files BY NAME
SELECT $file AS warc_file, $n_bytes AS n_bytes, count(*) AS n_fetches FROM raw.fetches WHERE warc_file = $file;
