SELECT count(*) AS n FROM raw.fetches WHERE warc_file = $file;
