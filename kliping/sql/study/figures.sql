SELECT f.* EXCLUDE (is_cluster_lead, fetch_id), NOT f.is_cluster_lead AS is_copy
FROM mart.figures AS f
SEMI JOIN study_articles USING (article_id)
ORDER BY article_id, figure_no;
