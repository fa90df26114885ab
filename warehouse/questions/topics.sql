-- What articles are about: how many, and what share of all, without copies.
WITH days AS (
  SELECT DISTINCT date_trunc('week', day)::DATE AS week
  FROM mart.calendar
  WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
), hits AS (
  SELECT topic, source_name, date_trunc('week', day)::DATE AS week, count(*) AS n
  FROM mart.topics
  WHERE is_cluster_lead AND day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  GROUP BY ALL
), weekly_counts AS (
  SELECT topic, week, coalesce(n, 0) AS n
  FROM (SELECT DISTINCT topic FROM hits)
  CROSS JOIN days
  LEFT JOIN (SELECT topic, week, sum(n) AS n FROM hits GROUP BY ALL) USING (topic, week)
), earlier_counts AS (
  SELECT topic, count(*) AS n
  FROM mart.topics
  WHERE is_cluster_lead AND day >= $before::DATE AND day < $since::DATE AND source_name = coalesce($source, source_name)
  GROUP BY topic
)
SELECT
  topic, -- in Indonesian
  (SELECT min(label_en) FROM ref.topics WHERE label_id = topic) AS topic_en, -- in English
  sum(weekly_counts.n)::BIGINT AS articles,
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(earlier_counts.n), 0) END AS before, -- in the period of equal length before
  round(100.0 * sum(weekly_counts.n) / (SELECT count(*) FROM core.article_metadata WHERE is_cluster_lead AND day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)), 1) AS percent,
  (SELECT count(DISTINCT source_name) FROM hits WHERE hits.topic = weekly_counts.topic) AS outlets,
  min(week) AS first_week,
  list(weekly_counts.n::BIGINT ORDER BY week) AS per_week
FROM weekly_counts
LEFT JOIN earlier_counts USING (topic)
GROUP BY topic
ORDER BY articles DESC, topic;
