-- The latest article about topics, by topic_id.
SELECT topic_id, arg_max(article_id, (day, article_id)) AS article_id
FROM mart.topics
WHERE topic_id IN ($ids)
GROUP BY topic_id;
