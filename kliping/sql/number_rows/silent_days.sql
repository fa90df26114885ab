-- The days on which an outlet has no article.
SELECT day
FROM mart.chart_calendar($since, $until)
WHERE day NOT IN (
  SELECT day FROM mart.day_counts WHERE topic_id IS NOT DISTINCT FROM $topic AND source_name = $source_name
)
ORDER BY day
