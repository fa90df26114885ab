-- Every name in the current versions, with its days.
WITH names AS (
  SELECT entity_id, entity_name AS name, version_id FROM core.entity_mentions
  UNION ALL
  SELECT speaker_entity_id, speaker_name, version_id
  FROM core.quotes
  WHERE speaker_entity_id IS NOT NULL AND speaker_name IS NOT NULL
  UNION ALL
  SELECT affiliation_entity_id, speaker_affiliation, version_id
  FROM core.quotes
  WHERE affiliation_entity_id IS NOT NULL
)
SELECT n.entity_id, min(n.name) AS name, count(DISTINCT m.article_id) AS n_articles, min(m.day) AS first_day,
  max(m.day) AS last_day
FROM names AS n
JOIN mart.article_metadata AS m USING (version_id)
GROUP BY n.entity_id;
