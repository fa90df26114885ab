-- Gives each address its owner and its article. An address that was skipped only because another outlet announced it
-- first becomes pending again, and so does one that was taken for a duplicate because it shares its number with another
-- article.
--
-- new_rows: source, article and state of each address
CREATE TEMP TABLE new_rows AS
SELECT
  a.url,
  CASE WHEN f.reason = 'not_matched' AND a.owner_id IS NOT NULL THEN a.owner_id ELSE f.source_id END AS source_id,
  CASE WHEN a.is_fetched AND f.reason IS DISTINCT FROM 'forgotten' THEN a.filed_id ELSE a.own_id END AS article_id,
  CASE
    WHEN f.state = 'duplicate' AND NOT a.is_fetched AND a.own_id <> a.filed_id THEN 'pending'
    WHEN f.state = 'skipped' AND f.reason = 'not_matched' AND a.is_announced_by_owner AND a.is_article THEN 'pending'
    WHEN f.state = 'skipped'
      AND f.reason = 'not_matched'
      AND a.owner_id <> f.source_id
      AND NOT a.is_announced_by_owner THEN 'not_asked'
    ELSE f.state
  END AS state
FROM addresses AS a
JOIN ops.frontier AS f USING (url);
UPDATE ops.frontier AS f
SET source_id = n.source_id,
    article_id = n.article_id,
    article_key = md5_number_lower(n.article_id),
    state = n.state,
    reason = CASE WHEN n.state = f.state THEN f.reason WHEN n.state = 'not_asked' THEN 'other_outlet' END,
    detail = CASE WHEN n.state = f.state THEN f.detail END,
    discovered_by = CASE
      WHEN n.source_id = f.source_id THEN f.discovered_by
      ELSE coalesce(e.discovered_by, f.discovered_by)
    END,
    published_at = CASE WHEN n.source_id = f.source_id THEN f.published_at ELSE e.published_at END,
    modified_at = CASE WHEN n.source_id = f.source_id THEN f.modified_at ELSE e.modified_at END,
    story_day = CASE WHEN n.source_id = f.source_id OR e.published_at IS NOT NULL THEN f.story_day END
FROM new_rows AS n
LEFT JOIN (
  SELECT url, source_id, min(feed_id) AS discovered_by, min(published_at) AS published_at,
    max(modified_at) AS modified_at
  FROM raw.feed_entries
  GROUP BY url, source_id
) AS e ON e.url = n.url AND e.source_id = n.source_id
WHERE f.url = n.url AND (f.source_id, f.state) IS DISTINCT FROM (n.source_id, n.state)
  OR f.url = n.url AND f.article_id IS DISTINCT FROM n.article_id;
-- A tombstone holds for every address of its article, under the ids that they have now.
INSERT INTO ops.tombstones BY NAME
SELECT f.url, f.source_id, a.own_id AS article_id, t.forgotten_at, t.fetch_id
FROM ops.frontier AS f
JOIN addresses AS a USING (url)
JOIN (
  SELECT article_id, min(forgotten_at) AS forgotten_at, min(fetch_id) AS fetch_id
  FROM ops.tombstones
  GROUP BY article_id
) AS t
  ON t.article_id IN (a.filed_id, a.own_id)
WHERE f.reason = 'forgotten' AND (f.url, a.own_id) NOT IN (SELECT (url, article_id) FROM ops.tombstones);
INSERT INTO ops.uncompared SELECT new_id FROM article_ids WHERE new_id NOT IN (FROM ops.uncompared);
INSERT INTO ops.unchecked SELECT new_id FROM article_ids WHERE new_id NOT IN (FROM ops.unchecked);
UPDATE core.articles
SET article_key = md5_number_lower(article_id)
WHERE article_id IN (SELECT new_id FROM article_ids);
DELETE FROM ops.steps_due WHERE step = 'compute_ids';
INSERT INTO ops.steps_due SELECT 'parse_again', article_id FROM undecided_articles;
INSERT INTO ops.uncounted VALUES (NULL, NULL, NULL);
