-- The addresses that a listing had when it was last read in full, and the day of each where known.
WITH listing_links AS (
  SELECT e.url, e.last_seen_at, f.state, f.story_day, f.article_id
  FROM raw.feed_entries AS e
  JOIN ops.frontier AS f USING (url)
  WHERE e.feed_id = $url AND e.source_id = $source_id AND f.source_id = $source_id AND f.state <> 'skipped'
)
SELECT
  l.url,
  l.state,
  coalesce((a.date_published + to_minutes($offset_minutes))::DATE, l.story_day) AS day
FROM listing_links AS l
LEFT JOIN core.articles AS a USING (article_id)
-- a window over all of them sometimes fails in DuckDB 1.5.5 (its issue 25713)
WHERE l.last_seen_at = (SELECT max(last_seen_at) FROM listing_links)
ORDER BY day DESC NULLS FIRST, l.url;
