WITH addresses AS MATERIALIZED (
  SELECT url FROM ops.frontier WHERE url = $url
  UNION
  SELECT url FROM ops.frontier WHERE article_id = $article_id
)
SELECT e.source_id, e.feed_id, e.url, e.title, e.published_raw, e.published_at, e.modified_at, e.first_seen_at,
  e.last_seen_at
FROM raw.feed_entries AS e
WHERE e.url IN (FROM addresses)
ORDER BY e.first_seen_at, e.feed_id;
