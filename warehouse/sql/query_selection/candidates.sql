-- Articles of the days that are to be fetched and, unless for a dry run, that only a backfill found: their addresses,
-- and the titles by which they were announced.
SELECT
  coalesce(f.article_id, f.url) AS article,
  list(DISTINCT f.url ORDER BY f.url) AS urls,
  list(DISTINCT e.title) FILTER (e.title IS NOT NULL) AS titles
FROM ops.frontier AS f
LEFT JOIN raw.feed_entries AS e ON e.url = f.url AND e.source_id = f.source_id
WHERE f.source_id = $source_id
  AND f.state IN ('pending', 'deferred')
  AND (f.is_past OR $dry_run)
  AND f.story_day BETWEEN $since AND $until
GROUP BY ALL;
