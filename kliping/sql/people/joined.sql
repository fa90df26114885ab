-- Names that weak evidence joins with another, and how many articles write each of both.
WITH joined AS (
  SELECT DISTINCT ON (kind, name, canonical_id) kind, name, canonical_id, canonical_name, rule_id, evidence
  FROM mart.identities
  WHERE rule_id IN ('identity.initials', 'identity.unverified', 'identity.office', 'identity.variant', 'identity.bare')
    AND kind IN ('person', 'organization')
    AND lower(name) <> lower(canonical_name)
    AND filter_by($entity, $entity IN (entity_id, canonical_id))
  ORDER BY kind, name, canonical_id, rule_id, evidence
), written AS (
  SELECT entity_id, lower(text) AS text, article_id
  FROM mart.mentions
  WHERE entity_id IN (SELECT canonical_id FROM joined) AND mention_type NOT IN ('pronoun', 'clitic')
)
SELECT
  j.kind,
  j.name,
  j.canonical_id,
  j.canonical_name,
  j.rule_id,
  j.evidence,
  count(DISTINCT w.article_id) FILTER (w.text = lower(j.name)) AS n_name,
  count(DISTINCT w.article_id) FILTER (w.text <> lower(j.name)) AS n_canonical
FROM joined AS j
LEFT JOIN written AS w ON w.entity_id = j.canonical_id
GROUP BY ALL
ORDER BY j.name, j.canonical_name;
