-- What articles are about: how many, and what share of all, without copies.
--
-- id: Tentang apa artikel ditulis: berapa, dan berapa bagian dari semuanya, tanpa salinan.
-- over outlets
WITH days AS (
  SELECT DISTINCT date_trunc('week', day)::DATE AS week
  FROM mart.chart_calendar($since::DATE, $until::DATE)
), hits AS (
  SELECT topic_id, source_name, date_trunc('week', day)::DATE AS week, sum(n_originals)::BIGINT AS n
  FROM mart.day_counts
  WHERE n_originals > 0
    AND mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
    AND topic_id = coalesce($topic, topic_id)
  GROUP BY ALL
), weekly_counts AS (
  SELECT topic_id, week, coalesce(n, 0) AS n
  FROM (SELECT DISTINCT topic_id FROM hits)
  CROSS JOIN days
  LEFT JOIN (SELECT topic_id, week, sum(n) AS n FROM hits GROUP BY ALL) USING (topic_id, week)
), earlier_counts AS (
  SELECT topic_id, sum(n_originals)::BIGINT AS n
  FROM mart.day_counts
  WHERE topic_id IS NOT NULL
    AND day >= $before::DATE
    AND day < $since::DATE
    AND source_name = coalesce($source, source_name)
  GROUP BY topic_id
), total AS (
  SELECT sum(n_originals) AS n
  FROM mart.day_counts
  WHERE topic_id IS NULL
    AND mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
), outlet_counts AS (
  SELECT topic_id, count(DISTINCT source_name) AS n, sum(n)::BIGINT AS articles FROM hits GROUP BY topic_id
)
SELECT
  any_value(t.label_id) AS topic, -- in Indonesian
  any_value(t.label_en) AS topic_en, -- in English
  any_value(o.articles) AS articles,
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(e.n), 0) END AS before, -- in the period of equal length before
  round(100.0 * any_value(o.articles) / any_value(total.n), 1) AS percent,
  any_value(o.n) AS outlets,
  min(w.week) AS first_week,
  list(w.n::BIGINT ORDER BY w.week) AS per_week,
  topic_id
FROM weekly_counts AS w
CROSS JOIN total
JOIN ref.topics AS t USING (topic_id)
JOIN outlet_counts AS o USING (topic_id)
LEFT JOIN earlier_counts AS e USING (topic_id)
GROUP BY topic_id
ORDER BY articles DESC, topic;
