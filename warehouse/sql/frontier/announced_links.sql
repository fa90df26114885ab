-- The addresses in the given order, each with its best announcement by a channel of its own outlet. A listing page
-- often gives a day only ("kemarin"), so the date of a feed or sitemap comes first.
WITH listings AS (
  SELECT DISTINCT requested_url AS feed_id
  FROM raw.fetches
  WHERE kind = 'index' AND requested_url IN (SELECT feed_id FROM raw.feed_entries WHERE url IN (SELECT unnest($urls)))
), announcements AS (
  SELECT DISTINCT ON (e.url) e.url, e.feed_id, e.guid, e.title, e.published_raw, e.published_at, e.in_language
  FROM raw.feed_entries AS e
  JOIN ops.frontier AS f ON f.url = e.url AND f.source_id = e.source_id
  LEFT JOIN listings AS l USING (feed_id)
  WHERE e.url IN (SELECT unnest($urls))
  ORDER BY e.url, e.published_at IS NULL, l.feed_id IS NOT NULL, e.title IS NULL, e.feed_id
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
LEFT JOIN announcements AS e USING (url)
WHERE f.url IN (SELECT unnest($urls))
ORDER BY list_position($urls, f.url);
