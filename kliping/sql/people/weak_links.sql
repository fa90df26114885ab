-- Names that weak evidence joins with another, and how many articles write each of both.
WITH links AS (
  SELECT DISTINCT ON (kind, name, canonical_id) kind, name, canonical_id, canonical_name, rule_id, evidence
  FROM mart.identities
  WHERE rule_id IN ('identity.unverified', 'identity.office', 'identity.variant', 'identity.bare')
    AND kind IN ('person', 'organization')
    AND lower(name) <> lower(canonical_name)
    AND filter_by($entity, $entity IN (entity_id, canonical_id))
  ORDER BY kind, name, canonical_id, rule_id, evidence
), written AS (
  SELECT entity_id, lower(text) AS text, article_id
  FROM mart.mentions
  WHERE entity_id IN (SELECT canonical_id FROM links) AND mention_type NOT IN ('pronoun', 'clitic')
)
SELECT
  l.kind,
  l.name,
  l.canonical_id,
  l.canonical_name,
  l.rule_id,
  l.evidence,
  count(DISTINCT w.article_id) FILTER (w.text = lower(l.name)) AS n_name,
  count(DISTINCT w.article_id) FILTER (w.text <> lower(l.name)) AS n_canonical
FROM links AS l
LEFT JOIN written AS w ON w.entity_id = l.canonical_id
GROUP BY ALL
ORDER BY l.name, l.canonical_name;
