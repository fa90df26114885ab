-- Topics and how many articles are about each.
SELECT
  coalesce(CASE WHEN $language = 'en' THEN any_value(t.label_en) END, any_value(t.label_id)) AS topic,
  sum(c.n_articles)::BIGINT AS articles,
  sum(c.n_originals)::BIGINT AS originals,
  count(DISTINCT c.source_name) AS outlets,
  min(c.day) AS first_day,
  max(c.day) AS last_day,
  topic_id
FROM mart.day_counts AS c
JOIN ref.topics AS t USING (topic_id)
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND filter_by($topic, topic_id = $topic)
  AND filter_by($originals, n_originals > 0)
GROUP BY topic_id
ORDER BY articles DESC, topic_id
LIMIT $limit OFFSET $offset;
