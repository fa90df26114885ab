-- Due addresses of a source, one per article (the simplest), the newest article first. Addresses that only a backfill
-- found are due to a backfill, by days; addresses that another running run has claimed, or whose rows wait for the
-- loader of a lake, are not due.
SELECT f.url
FROM ops.frontier AS f
WHERE f.source_id = $source_id
  AND (f.state = 'pending' OR (f.state IN ('deferred', 'skipped', 'gone') AND f.next_attempt_at <= $now::TIMESTAMP))
  AND f.last_run_id IS DISTINCT FROM $run_id
  AND NOT coalesce(f.last_run_id IN (SELECT run_id FROM ops.runs WHERE state = 'running'), FALSE)
  AND CASE WHEN $since::DATE IS NULL THEN f.is_past IS NOT TRUE ELSE f.story_day BETWEEN $since AND $until END
QUALIFY row_number() OVER (
  PARTITION BY coalesce(f.article_id, f.url) ORDER BY contains(f.url, '?'), f.discovered_at, f.url
) = 1 AND NOT list_contains($waiting::VARCHAR[], f.url)
ORDER BY coalesce(f.modified_at, f.published_at) DESC NULLS LAST, f.url
LIMIT $limit;
