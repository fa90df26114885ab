-- Who and what is named in the same articles, copies left out.
WITH own AS (
  SELECT DISTINCT version_id FROM own_mentions WHERE is_cluster_lead
), names AS (
  SELECT
    coalesce(a.canonical_id, i.canonical_id, e.entity_id) AS entity_id,
    coalesce(a.canonical_name, i.canonical_name, e.entity_name) AS name,
    coalesce(a.kind, i.kind, e.entity_type) AS kind,
    e.version_id
  FROM (FROM core.entity_mentions SEMI JOIN own USING (version_id) WHERE core.is_ruled(rule_id)) AS e
  LEFT JOIN mart.identities AS a ON a.entity_id = e.entity_id AND a.article_id = e.article_id
  LEFT JOIN mart.identities AS i ON i.entity_id = e.entity_id AND i.article_id IS NULL
)
SELECT name, any_value(kind) AS kind, count(DISTINCT version_id) AS articles, entity_id
FROM names
WHERE entity_id <> $entity AND kind IN ('person', 'organization')
GROUP BY entity_id, name
ORDER BY articles DESC, name, entity_id;
