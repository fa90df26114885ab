-- What completeness is counted from is kept by article and by day, so that a run counts what changed.

-- Every article of which the address is known, as core.completeness has counted it. Key: (source_id, article).
CREATE TABLE core.announced_articles (
  source_id VARCHAR NOT NULL, -- core.sources
  article VARCHAR NOT NULL, -- its article_id, or its address if that is not known
  article_key UBIGINT NOT NULL, -- half of the MD5 of article, to find it by
  url VARCHAR NOT NULL, -- the first of its addresses, by letters
  day DATE NOT NULL, -- the day to count it under, in western Indonesian time
  section VARCHAR, -- first part of the path of its address, if that is a word
  quarter TINYINT, -- of the day, 0 to 3, by its time of publication; NULL if that is not known
  in_feed BOOLEAN NOT NULL, -- a feed announced it
  in_sitemap BOOLEAN NOT NULL, -- a sitemap announced it
  in_listing BOOLEAN NOT NULL, -- a listing page announced it, or the WordPress API
  is_loaded BOOLEAN NOT NULL, -- it is in core.articles
  lost_reason VARCHAR -- why it is not loaded: a reason or a state of ops.frontier
);

-- The days on which a channel of the outlet was read or that it was crawled for, or of which an article is known. Key: (source_id, day).
CREATE TABLE core.read_days (
  source_id VARCHAR NOT NULL, -- core.sources
  day DATE NOT NULL -- in western Indonesian time
);

-- The channels that were ever fetched. Key: (source_id, feed_id, kind).
CREATE TABLE core.channels (
  source_id VARCHAR NOT NULL, -- core.sources
  feed_id VARCHAR NOT NULL, -- its address
  kind VARCHAR NOT NULL -- feed, sitemap, index, wordpress
);

-- What completeness has to count again: articles, and weeks whose read days may have changed. A row of NULLs: everything.
CREATE TABLE ops.uncounted (
  article_key UBIGINT, -- core.announced_articles, as it is or will be
  source_id VARCHAR, -- the outlet of a week
  week DATE -- its Monday, in western Indonesian time
);
INSERT INTO ops.uncounted VALUES (NULL, NULL, NULL);
ALTER TABLE core.completeness DROP COLUMN counts_hash;
