-- Where each of the recent texts names one of the entities first, under the names that mart.mentions has.
SELECT
  e.version_id,
  min(e.char_start) AS named_at
FROM (FROM core.entity_mentions SEMI JOIN recent USING (version_id)) AS e
LEFT JOIN core.identities AS a ON a.entity_id = e.entity_id AND a.article_id = e.article_id
LEFT JOIN core.identities AS i ON i.entity_id = e.entity_id AND i.article_id IS NULL
WHERE list_contains($entities, coalesce(a.canonical_id, i.canonical_id, e.entity_id))
GROUP BY ALL
