-- Loaded articles of a source that are due for another fetch, the most overdue first.
-- New texts are corrected most often. So a text is fetched again once it is twice as old as at the last fetch, and
-- after three hours at the earliest: four fetches in the first day, about eight in all. After four weeks there are no
-- more. A change starts the schedule again.
WITH texts AS (
  SELECT article_id, last_seen_at,
    CASE WHEN n_versions > 1 THEN last_changed_at ELSE least(date_published, first_seen_at) END AS unchanged_since
  FROM core.articles
  WHERE source_id = $source_id AND status = 'live' AND last_seen_at <= $now::TIMESTAMP - INTERVAL 3 HOUR
)
SELECT f.url
FROM texts AS t
JOIN ops.frontier AS f USING (article_id)
WHERE f.state = 'loaded'
  AND t.unchanged_since > $now::TIMESTAMP - INTERVAL 28 DAY
  AND $now::TIMESTAMP - t.last_seen_at >= t.last_seen_at - t.unchanged_since
  AND f.last_run_id IS DISTINCT FROM $run_id
  AND NOT list_contains($waiting::VARCHAR[], f.url)
  AND NOT coalesce(f.last_run_id IN (SELECT run_id FROM ops.runs WHERE state = 'running'), FALSE)
ORDER BY epoch($now::TIMESTAMP - t.last_seen_at) / greatest(epoch(t.last_seen_at - t.unchanged_since), 10800) DESC,
  f.url
LIMIT $limit;
