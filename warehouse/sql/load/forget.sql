-- Removes forgotten articles from the batch and from the tables. Before load/fetches.sql, in its transaction;
-- load/articles.sql removes the versions.
--
-- forgotten_articles: ids of articles with a tombstone
-- forgotten_urls: all their addresses

DELETE FROM ops.tombstones WHERE url IN (SELECT url FROM new_tombstones);
INSERT INTO ops.tombstones BY NAME
SELECT DISTINCT ON (url, article_id) *
FROM new_tombstones
ORDER BY url, article_id, forgotten_at, fetch_id;
CREATE TEMP TABLE forgotten_articles AS
SELECT article_id FROM ops.tombstones WHERE article_id IS NOT NULL
UNION
SELECT n.article_id FROM new_states AS n SEMI JOIN ops.tombstones AS t USING (url) WHERE n.article_id IS NOT NULL;
CREATE TEMP TABLE forgotten_urls AS
SELECT url FROM ops.tombstones
UNION
SELECT url FROM new_states SEMI JOIN forgotten_articles USING (article_id)
UNION
SELECT url FROM new_links SEMI JOIN forgotten_articles USING (article_id)
UNION
SELECT url FROM ops.frontier SEMI JOIN forgotten_articles USING (article_id) WHERE EXISTS (FROM new_tombstones);

UPDATE new_fetches SET reason = 'forgotten'
WHERE kind IN ('page', 'part', 'file') AND (
  fetch_id IN (SELECT fetch_id FROM new_version_fetches SEMI JOIN forgotten_articles USING (article_id))
  OR fetch_id IN (SELECT last_fetch_id FROM new_states SEMI JOIN forgotten_urls USING (url))
  OR requested_url IN (SELECT url FROM forgotten_urls)
  OR (kind = 'part' AND announced_by IN (SELECT url FROM forgotten_urls))
);
UPDATE new_states
SET state = 'skipped', reason = 'forgotten', detail = NULL, next_attempt_at = NULL
WHERE url IN (SELECT url FROM forgotten_urls);
UPDATE new_links SET state = 'skipped', reason = 'forgotten' WHERE url IN (SELECT url FROM forgotten_urls);
DELETE FROM new_entries WHERE url IN (SELECT url FROM forgotten_urls);
DELETE FROM new_quarantine WHERE url IN (SELECT url FROM forgotten_urls);
DELETE FROM new_statements WHERE article_id IN (SELECT article_id FROM forgotten_articles);
DELETE FROM new_versions WHERE article_id IN (SELECT article_id FROM forgotten_articles);
DELETE FROM new_version_fetches WHERE article_id IN (SELECT article_id FROM forgotten_articles);
DELETE FROM new_article_columns WHERE article_id IN (SELECT article_id FROM forgotten_articles);

-- The run that loads a tombstone, or one after it, publishes without any file that has the text.
INSERT INTO ops.steps_due
SELECT DISTINCT 'drop_history', NULL
FROM new_tombstones
WHERE NOT EXISTS (FROM ops.steps_due WHERE step = 'drop_history');

-- What was loaded before.
UPDATE raw.fetches SET reason = 'forgotten'
WHERE EXISTS (FROM new_tombstones) AND kind IN ('page', 'part', 'file') AND (
  fetch_id IN (SELECT fetch_id FROM core.version_fetches SEMI JOIN forgotten_articles USING (article_id))
  OR fetch_id IN (SELECT last_fetch_id FROM ops.frontier SEMI JOIN forgotten_urls USING (url))
  OR requested_url IN (SELECT url FROM forgotten_urls)
  OR (kind = 'part' AND announced_by IN (SELECT url FROM forgotten_urls))
);
INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE EXISTS (FROM new_tombstones) AND url IN (SELECT url FROM forgotten_urls);
UPDATE ops.frontier SET state = 'skipped', reason = 'forgotten', detail = NULL, next_attempt_at = NULL
WHERE EXISTS (FROM new_tombstones) AND url IN (SELECT url FROM forgotten_urls);
DELETE FROM raw.feed_entries WHERE EXISTS (FROM new_tombstones) AND url IN (SELECT url FROM forgotten_urls);
DELETE FROM ops.quarantine WHERE EXISTS (FROM new_tombstones) AND url IN (SELECT url FROM forgotten_urls);
DELETE FROM core.version_fetches
WHERE EXISTS (FROM new_tombstones) AND article_id IN (SELECT article_id FROM forgotten_articles);
DELETE FROM core.article_statements
WHERE EXISTS (FROM new_tombstones) AND article_id IN (SELECT article_id FROM forgotten_articles);
DELETE FROM core.article_columns
WHERE EXISTS (FROM new_tombstones) AND article_id IN (SELECT article_id FROM forgotten_articles);
