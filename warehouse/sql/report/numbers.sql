-- The totals of a report: `topics` are those with an article that is no copy.
WITH chosen AS (
  FROM core.day_counts
  WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
)
SELECT
  coalesce(sum(articles) FILTER (topic_id IS NOT DISTINCT FROM $topic), 0)::BIGINT AS articles,
  coalesce(sum(originals) FILTER (topic_id IS NOT DISTINCT FROM $topic), 0)::BIGINT AS originals,
  count(DISTINCT source_name) FILTER (topic_id IS NOT DISTINCT FROM $topic) AS outlets,
  count(DISTINCT topic_id) FILTER (originals > 0 AND topic_id = coalesce($topic, topic_id)) AS topics,
  min(day) FILTER (topic_id IS NOT DISTINCT FROM $topic) AS first_day,
  max(day) FILTER (topic_id IS NOT DISTINCT FROM $topic) AS last_day,
  (SELECT max(finished_at) FROM ops.runs) AS as_of
FROM chosen;
