-- Organisations by how often they are named.
SELECT
  organization AS name,
  n_articles,
  n_outlets,
  n_mentions,
  n_speakers,
  n_direct_quotes,
  first_day,
  last_day,
  entity_id
FROM mart.organizations
WHERE $name IS NULL OR contains(strip_accents(lower(organization)), strip_accents(lower($name)))
ORDER BY n_articles DESC, n_mentions DESC, name, entity_id
LIMIT $limit OFFSET $offset;
