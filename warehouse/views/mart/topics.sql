-- The topics of every article.
CREATE OR REPLACE VIEW mart.topics AS
SELECT
  t.article_id, -- the article
  t.topic_id,
  m.source_name,
  m.day,
  m.is_cluster_lead,
  r.label_id AS topic, -- in Indonesian
  r.label_en AS topic_en, -- in English
  t.n_hits, -- number of terms in the text
  t.in_headline, -- a term is in the headline
  t.matched_terms,
  t.version_id, -- the text it is in
  m.headline, -- of the article
  m.url -- of the article
FROM core.article_topics AS t
JOIN mart.article_metadata AS m USING (version_id)
JOIN ref.topics AS r USING (topic_id);
