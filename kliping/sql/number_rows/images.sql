-- The pictures of an outlet with one credit.
FROM mart.images
WHERE source_name = $source_name AND credit IS NOT DISTINCT FROM $credit AND is_cluster_lead
  AND filter_by($since, day >= $since)
  AND filter_by($until, day <= $until)
ORDER BY day DESC, article_id, image_no
