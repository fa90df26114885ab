-- The days on which an outlet has no article.
SELECT day
FROM mart.calendar
WHERE day NOT IN (SELECT day FROM core.day_counts WHERE topic_id IS NOT DISTINCT FROM $topic AND source_name = $source_name)
  AND ($since IS NULL OR day >= $since)
  AND ($until IS NULL OR day <= $until)
ORDER BY day
