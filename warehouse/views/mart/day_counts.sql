-- How many articles every outlet has of every day, of all topics together and of each topic. Days without an article
-- have no row.
CREATE OR REPLACE VIEW mart.day_counts AS
WITH topic_days AS (
  SELECT a.day, a.source_id, a.source_name, a.is_cluster_lead, a.word_count, NULL AS topic_id
  FROM mart.article_days AS a
  UNION ALL
  SELECT t.day, t.source_id, t.source_name, t.is_cluster_lead, t.word_count, t.topic_id
  FROM mart.topic_articles AS t
  SEMI JOIN ref.topics USING (topic_id)
)
SELECT
  d.day, -- in western Indonesian time
  d.source_id, -- TOML name of the outlet
  d.source_name, -- title of the outlet
  d.topic_id, -- ref.topics; NULL for all articles, with a topic or without
  count(*) AS n_articles, -- of that day
  count(*) FILTER (d.is_cluster_lead) AS n_originals, -- of them, those that are no copies
  sum(d.word_count)::BIGINT AS words -- of the articles
FROM topic_days AS d
GROUP BY ALL;
