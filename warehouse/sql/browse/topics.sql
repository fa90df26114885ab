-- Topics and how many articles are about each.
SELECT
  coalesce(CASE WHEN $language = 'en' THEN topic_en END, topic) AS topic,
  count(*) AS articles,
  count(*) FILTER (is_cluster_lead) AS originals,
  count(DISTINCT source_name) AS outlets,
  min(day) AS first_day,
  max(day) AS last_day,
  topic_id
FROM mart.topics
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
GROUP BY topic_id, topic, topic_en
ORDER BY articles DESC, topic_id
LIMIT $limit OFFSET $offset;
