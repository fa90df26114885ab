-- Topics of the articles of the rows.
SELECT
  'topic' AS facet,
  topic_id AS value,
  coalesce(CASE WHEN $language = 'en' THEN label_en END, label_id) AS label,
  count(*) AS n
FROM listed
JOIN mart.topic_articles USING (article_id)
JOIN ref.topics USING (topic_id)
GROUP BY ALL
ORDER BY n DESC, value
LIMIT 8;
