-- What articles are about: how many, and what share of all, without copies.
WITH days AS (
  SELECT DISTINCT date_trunc('week', day)::DATE AS week
  FROM mart.calendar
  WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
), hits AS (
  SELECT topic, source_name, date_trunc('week', story_date)::DATE AS week, count(*) AS n
  FROM mart.topics
  WHERE is_cluster_lead AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  GROUP BY ALL
), weekly_counts AS (
  SELECT topic, week, coalesce(n, 0) AS n
  FROM (SELECT DISTINCT topic FROM hits)
  CROSS JOIN days
  LEFT JOIN (SELECT topic, week, sum(n) AS n FROM hits GROUP BY ALL) USING (topic, week)
)
SELECT
  topic,
  sum(n)::BIGINT AS articles,
  round(100.0 * sum(n) / (SELECT count(*) FROM mart.stories WHERE is_cluster_lead AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)), 1) AS percent,
  (SELECT count(DISTINCT source_name) FROM hits WHERE hits.topic = weekly_counts.topic) AS outlets,
  min(week) AS first_week,
  list(n::BIGINT ORDER BY week) AS per_week
FROM weekly_counts
GROUP BY topic
ORDER BY articles DESC, topic;
