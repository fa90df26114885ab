-- How many articles a study is of, and whether their table says by which word they were collected.
SELECT
  (SELECT count(*) FROM study_scope) AS n_scope,
  (SELECT count(*) FROM study_articles) AS n_articles,
  (SELECT count(*) FROM study_articles WHERE NOT is_cluster_lead) AS n_copies,
  (SELECT count(DISTINCT source_id) FROM study_scope) AS n_outlets,
  (
    SELECT count(*) > 0 FROM mart.article_columns SEMI JOIN study_scope USING (article_id) WHERE name = 'keyword'
  ) AS has_keyword;
