-- The totals of a report: `topics` are those with an article that is no copy; the first and last day are those of its
-- charts.
WITH chosen AS (
  SELECT *, day BETWEEN coalesce($since::DATE, first_day) AND coalesce($until::DATE, last_day) AS is_charted
  FROM mart.day_counts, mart.chart_range
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
)
SELECT
  coalesce(sum(n_articles) FILTER (topic_id IS NOT DISTINCT FROM $topic), 0)::BIGINT AS articles,
  coalesce(sum(n_originals) FILTER (topic_id IS NOT DISTINCT FROM $topic), 0)::BIGINT AS originals,
  count(DISTINCT source_name) FILTER (topic_id IS NOT DISTINCT FROM $topic) AS outlets,
  count(DISTINCT topic_id) FILTER (n_originals > 0 AND topic_id = coalesce($topic, topic_id)) AS topics,
  coalesce(min(day) FILTER (topic_id IS NOT DISTINCT FROM $topic AND is_charted), min(day)) AS first_day,
  coalesce(max(day) FILTER (topic_id IS NOT DISTINCT FROM $topic AND is_charted), max(day)) AS last_day,
  (SELECT max(finished_at) FROM ops.runs) AS as_of
FROM chosen;
