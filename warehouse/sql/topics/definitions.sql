-- The topics as they were last read, with the entries of their lists.
SELECT
  topic_id,
  any_value(t.label_id) AS label_id,
  any_value(t.label_en) AS label_en,
  any_value(t.since) AS since,
  list(e.term) FILTER (e.list = 'terms') AS terms,
  list(e.term) FILTER (e.list = 'phrases') AS phrases,
  list(e.term) FILTER (e.list = 'exclude') AS exclude
FROM ref.topics AS t
LEFT JOIN ref.topic_terms AS e USING (topic_id)
GROUP BY topic_id
ORDER BY topic_id;
