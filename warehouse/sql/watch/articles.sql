-- Articles first seen since a moment, those that the conditions choose; with the place where a person is named first.
WITH chosen AS (
  SELECT
    article_id,
    version_id,
    source_name,
    headline,
    url,
    first_seen_at
  FROM core.article_metadata AS m
  $conditions
  WHERE first_seen_at >= $since::TIMESTAMP
)
SELECT
  c.article_id,
  c.source_name,
  c.headline,
  c.url,
  c.first_seen_at AS seen_at,
  c.article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved,
  v.body_text,
  (
    SELECT min(n.char_start)
    FROM mart.mentions AS n
    WHERE n.version_id = c.version_id AND list_contains($entities, n.entity_id)
  ) AS named_at
FROM chosen AS c
JOIN core.article_versions AS v USING (version_id)
ORDER BY seen_at, article_id;
