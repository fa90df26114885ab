-- The copies of a range, the latest first.
SELECT
  day,
  source_name,
  headline,
  lead_source_name,
  lead_headline,
  copy_relation,
  round(100 * containment)::INTEGER AS percent_shared,
  minutes_after,
  origin,
  article_id,
  cluster_id,
  url,
  lead_url
FROM mart.copies
WHERE mart.is_within(day, $since, $until)
  AND coalesce($source IN (source_name, lead_source_name), TRUE)
  AND filter_by($topic, article_id IN (SELECT article_id FROM mart.topic_articles WHERE topic_id = $topic))
  AND filter_by($lead, lead_url = $lead AND NOT is_own)
ORDER BY day DESC, article_id
LIMIT $limit OFFSET $offset;
