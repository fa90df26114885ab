-- The articles that point ahead to the same days.
SELECT DISTINCT ON (article_id) day, source_name, headline, text, url
FROM mart.dates
WHERE date_start = $day AND date_end = $last_day AND resolution IN ('day', 'day_range') AND date_start > day AND is_cluster_lead
  AND ($since IS NULL OR day >= $since)
  AND ($until IS NULL OR day <= $until)
  AND ($source IS NULL OR source_name = $source)
ORDER BY article_id, date_no
