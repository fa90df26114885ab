-- The articles of an outlet that have pictures with one credit.
SELECT DISTINCT day, headline, url, article_id
FROM mart.images
WHERE source_name = $source_name AND credit IS NOT DISTINCT FROM $credit AND is_cluster_lead
  AND filter_by($since, day >= $since)
  AND filter_by($until, day <= $until)
ORDER BY day DESC, article_id
