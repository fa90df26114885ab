SELECT $entity AS entity_id, core.one_spelling(entity) AS name, mode(kind) AS kind, count(*) AS n_mentions,
  count(DISTINCT version_id) AS n_articles, count(DISTINCT source_name) AS n_outlets, min(day) AS first_day,
  max(day) AS last_day
FROM own_mentions
HAVING count(*) > 0;
