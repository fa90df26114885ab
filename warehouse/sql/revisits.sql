-- Loaded stories of a source that are worth another look, the most overdue first.
-- A text that is new may yet be corrected; the longer one has stood, the longer it will stand. So a text is looked at again once it has stood
-- twice as long as at the last look, at soonest after three hours: four looks in its first day, eight or so in all. After four weeks it is
-- left alone. A change makes the text new: the story is asked for as often again, and as long.
WITH texts AS (
  SELECT article_id, last_seen_at,
    CASE WHEN n_versions > 1 THEN last_changed_at ELSE least(date_published, first_seen_at) END AS stands_since
  FROM core.articles
  WHERE source_id = $source_id AND status = 'live' AND last_seen_at <= $now::TIMESTAMP - INTERVAL 3 HOUR
)
SELECT f.url
FROM texts AS t
JOIN ops.frontier AS f USING (article_id)
WHERE f.state = 'loaded'
  AND t.stands_since > $now::TIMESTAMP - INTERVAL 28 DAY
  AND $now::TIMESTAMP - t.last_seen_at >= t.last_seen_at - t.stands_since
  AND f.last_run_id IS DISTINCT FROM $run_id
  AND NOT coalesce(f.last_run_id IN (SELECT run_id FROM ops.runs WHERE state = 'running'), FALSE)
ORDER BY epoch($now::TIMESTAMP - t.last_seen_at) / greatest(epoch(t.last_seen_at - t.stands_since), 10800) DESC, f.url
LIMIT $limit;
