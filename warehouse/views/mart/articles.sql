-- One row per article: its metadata and its current text.
CREATE OR REPLACE VIEW mart.articles AS
SELECT
  a.article_id,
  a.source_id,
  a.source_name,
  a.source_domain,
  a.day,
  a.day_basis,
  a.headline,
  a.url,
  a.authors,
  g.agency, -- the news agency that its dateline, credits or byline name, or its text as a source
  a.each_shown_field,
  a.first_seen_at,
  a.last_seen_at,
  a.last_changed_at,
  a.n_versions,
  a.status,
  a.cluster_id,
  a.is_cluster_lead,
  a.copy_relation,
  a.version_id,
  v.word_count, -- runs of non-space
  v.n_paragraphs,
  a.description,
  v.body_text
FROM mart.article_metadata AS a
JOIN core.article_versions AS v USING (version_id)
LEFT JOIN core.agency_credits AS g ON g.article_id = a.article_id;
