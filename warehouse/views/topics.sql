-- The topics of every article.
CREATE OR REPLACE VIEW mart.topics AS
SELECT
  t.article_id, -- the article
  m.source_name, -- title of the outlet
  m.story_date, -- the day to count it under
  m.is_cluster_lead, -- FALSE for a copy: count originals with it
  t.topic_id, -- ref.topics
  r.label_id AS topic, -- in Indonesian
  t.n_hits, -- number of terms in the text
  t.in_headline, -- a term is in the headline
  t.matched_terms, -- term -> how often
  t.version_id -- the text it is in
FROM core.article_topics t
JOIN mart.stories m USING (version_id)
JOIN ref.topics r USING (topic_id);
