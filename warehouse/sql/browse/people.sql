-- People by how often they are named.
SELECT
  person AS name,
  speaker_role,
  speaker_affiliation,
  n_articles,
  n_outlets,
  n_mentions,
  n_direct_quotes,
  quoted_words,
  first_day,
  last_day,
  rule_precision,
  entity_id
FROM mart.people
WHERE $name IS NULL OR contains(lower(person), lower($name))
ORDER BY n_articles DESC, n_mentions DESC, name, entity_id
LIMIT $limit OFFSET $offset;
