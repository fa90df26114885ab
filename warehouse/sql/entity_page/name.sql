SELECT entity_id, min(entity) AS name, mode(kind) AS kind, count(*) AS n_mentions, count(DISTINCT article_id) AS n_articles, count(DISTINCT source_name) AS n_outlets, min(day) AS first_day, max(day) AS last_day
FROM mart.mentions
WHERE entity_id = $entity
GROUP BY entity_id;
