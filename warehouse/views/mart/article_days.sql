-- One row per article with what it is counted by, and nothing else.
CREATE OR REPLACE VIEW mart.article_days AS
SELECT
  a.article_id, -- core.articles
  a.version_id, -- its current version
  a.source_id,
  a.source_name,
  a.day,
  a.is_cluster_lead,
  v.word_count, -- runs of non-space
  a.article_row, -- rowid of core.articles
  v.rowid AS version_row -- rowid of core.article_versions
FROM mart.article_metadata AS a
JOIN core.article_versions AS v USING (version_id);
