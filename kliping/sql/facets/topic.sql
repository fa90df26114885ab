-- Topics of the articles of the rows.
SELECT
  'topic' AS facet,
  topic_id AS value,
  coalesce(CASE WHEN $language = 'en' THEN label_en END, label_id) AS label
FROM listed
JOIN mart.topic_articles USING (article_id)
JOIN ref.topics USING (topic_id);
