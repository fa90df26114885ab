-- The addresses in their order, each with what the most telling of its channels says of it, whichever was asked first.
WITH said AS (
  SELECT DISTINCT ON (url) url, feed_id, guid, title, published_raw, published_at, in_language
  FROM raw.feed_entries
  WHERE url IN (SELECT unnest($urls))
  ORDER BY url, published_at IS NULL, title IS NULL, feed_id
)
SELECT
  f.url,
  f.source_id,
  coalesce(e.feed_id, f.discovered_by) AS discovered_by,
  e.guid,
  e.title,
  e.published_raw,
  coalesce(e.published_at, f.published_at) AS published_at,
  f.modified_at,
  e.in_language AS language
FROM ops.frontier AS f
LEFT JOIN said AS e USING (url)
WHERE f.url IN (SELECT unnest($urls))
ORDER BY list_position($urls, f.url);
