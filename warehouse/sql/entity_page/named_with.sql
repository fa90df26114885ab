-- Who and what is named in the same articles, copies left out.
WITH own AS (
  SELECT DISTINCT article_id FROM mart.mentions WHERE entity_id = $entity AND is_cluster_lead
)
SELECT m.entity AS name, any_value(m.kind) AS kind, count(DISTINCT m.article_id) AS articles, m.entity_id
FROM mart.mentions AS m
SEMI JOIN own USING (article_id)
WHERE m.entity_id <> $entity AND m.kind IN ('person', 'organization')
GROUP BY m.entity_id, m.entity
ORDER BY articles DESC, name
LIMIT 20;
