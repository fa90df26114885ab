-- All articles of the days, with their addresses, the titles by which they were announced, and whether their text is
-- loaded.
SELECT
  coalesce(f.article_id, f.url) AS article,
  list(DISTINCT f.url ORDER BY f.url) AS urls,
  list(DISTINCT e.title) FILTER (e.title IS NOT NULL) AS titles,
  bool_or(f.state = 'loaded') AS is_loaded
FROM ops.frontier AS f
LEFT JOIN raw.feed_entries AS e ON e.url = f.url AND e.source_id = f.source_id
WHERE f.source_id = $source_id
  AND f.story_day BETWEEN $since AND $until
  AND f.state <> 'skipped'
  AND f.reason IS DISTINCT FROM 'other_outlet'
GROUP BY ALL;
