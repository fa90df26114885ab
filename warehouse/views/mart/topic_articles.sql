-- The articles of every topic with what they are counted by: one row per topic and article.
CREATE OR REPLACE VIEW mart.topic_articles AS
SELECT
  t.topic_id,
  a.day,
  a.source_id,
  a.source_name,
  a.is_cluster_lead,
  a.word_count, -- of the article
  a.article_id,
  a.article_row
FROM core.article_topics AS t
JOIN mart.article_days AS a USING (version_id);
