-- Where each of these texts names each of the entities first, under the names that mart.mentions has.
SELECT
  e.version_id,
  coalesce(a.canonical_id, i.canonical_id, e.entity_id) AS canonical_id,
  min(e.char_start) AS named_at
FROM core.entity_mentions AS e
LEFT JOIN core.identities AS a ON a.entity_id = e.entity_id AND a.article_id = e.article_id
LEFT JOIN core.identities AS i ON i.entity_id = e.entity_id AND i.article_id IS NULL
WHERE e.version_id IN (SELECT unnest($versions::VARCHAR[]))
  AND list_contains($entities::VARCHAR[], coalesce(a.canonical_id, i.canonical_id, e.entity_id))
GROUP BY ALL;
