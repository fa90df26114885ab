-- The articles of a range, the latest first.
SELECT
  day,
  source_name,
  headline,
  authors,
  NOT is_cluster_lead AS is_copy,
  n_versions,
  article_id,
  url
FROM core.article_metadata
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  AND ($topic IS NULL OR article_row IN (SELECT article_row FROM core.topic_articles WHERE topic_id = $topic))
  AND ($entity IS NULL OR article_id IN (SELECT article_id FROM mart.mentions WHERE entity_id = $entity))
  AND ($beside IS NULL OR article_id IN (SELECT article_id FROM mart.mentions WHERE entity_id = $beside))
  AND ($originals IS NULL OR is_cluster_lead)
  AND ($event IS NULL OR article_id IN (SELECT article_id FROM core.event_members WHERE event_id = $event))
  AND ($cluster IS NULL OR cluster_id = $cluster)
ORDER BY day DESC, article_id
LIMIT $limit OFFSET $offset;
