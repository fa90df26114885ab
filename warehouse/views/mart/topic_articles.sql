-- The articles of every topic with what they are counted by: one row per topic and article.
CREATE OR REPLACE VIEW mart.topic_articles AS
SELECT
  t.topic_id, -- ref.topics
  a.day, -- the day to count the article under
  a.source_id, -- TOML name of the outlet
  a.source_name, -- title of the outlet
  a.is_cluster_lead, -- FALSE for a copy: count originals with it
  a.word_count, -- of the article
  a.article_id, -- core.articles
  a.article_row -- rowid of core.articles
FROM core.article_topics AS t
JOIN mart.article_days AS a USING (version_id);
