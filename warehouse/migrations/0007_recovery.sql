-- Addresses whose article was to be forgotten: its text is kept nowhere and never loaded again. Key: url.
CREATE TABLE ops.tombstones (
  url VARCHAR NOT NULL, -- canonical address that was named
  source_id VARCHAR NOT NULL, -- TOML name of the source
  article_id VARCHAR, -- the article it led to; NULL where that cannot be told
  forgotten_at TIMESTAMP NOT NULL, -- UTC
  fetch_id VARCHAR NOT NULL -- its record in the archive, by which a rebuild knows it
);
ALTER TABLE ops.archive_files ADD COLUMN n_fetches BIGINT;
UPDATE ops.archive_files AS a SET n_fetches = (SELECT count(*) FROM raw.fetches AS f WHERE f.warc_file = a.warc_file);
COMMENT ON COLUMN ops.archive_files.n_fetches IS 'the rows of raw.fetches that named it then; where some are missing since, it is read again';
COMMENT ON COLUMN raw.fetches.kind IS 'page, part (a further page of an article), feed, sitemap, index, wordpress, robots, file, tombstone';
COMMENT ON COLUMN raw.fetches.warc_file IS 'file in the archive; NULL where no answer came, and where its record was forgotten or not retained';
