-- An address belongs to its own outlet, whoever announced it; an article keeps one address; ids name their host.
ALTER TABLE raw.feed_entries ADD COLUMN source_id VARCHAR;
COMMENT ON COLUMN raw.feed_entries.source_id IS 'the source whose channel announced it; NULL where an older version did not record it';
ALTER TABLE core.version_fetches ADD COLUMN url VARCHAR;
COMMENT ON COLUMN core.version_fetches.url IS 'the canonical address of the page where it is believed, else the address it was read at';
UPDATE raw.feed_entries AS e
SET source_id = f.source_id
FROM (SELECT requested_url, arg_max(source_id, fetched_at) AS source_id FROM raw.fetches WHERE kind IN ('feed', 'sitemap', 'index', 'wordpress') GROUP BY requested_url) AS f
WHERE f.requested_url = e.feed_id;
UPDATE raw.feed_entries AS e
SET source_id = f.source_id
FROM ops.frontier AS f
WHERE e.source_id IS NULL AND f.url = e.url;
UPDATE core.version_fetches AS v
SET url = coalesce(a.canonical_url, a.url)
FROM core.articles AS a
WHERE a.article_id = v.article_id;
COMMENT ON TABLE ops.tombstones IS 'Addresses whose article was to be forgotten, with its ids: its text is kept nowhere and never loaded again. Key: (url, article_id).';
-- Work that a migration leaves to the first run, which has the source files. Key: (step, article_id).
CREATE TABLE ops.steps_due (
  step VARCHAR NOT NULL, -- compute_ids: all article ids; parse_again: the pages of one article
  article_id VARCHAR -- core.articles; NULL for a step that is for all
);
INSERT INTO ops.steps_due SELECT 'compute_ids', NULL WHERE EXISTS (FROM ops.frontier);
