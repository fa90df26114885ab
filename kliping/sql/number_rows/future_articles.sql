-- The articles of an outlet that were seen before the time of their publication.
SELECT day, headline, date_published, first_seen_at, url
FROM mart.articles
WHERE source_name = $source_name AND first_seen_at < date_published
  AND filter_by($since, day >= $since)
  AND filter_by($until, day <= $until)
ORDER BY date_published DESC, url
