SELECT q.* EXCLUDE (is_cluster_lead), NOT q.is_cluster_lead AS is_copy
FROM mart.quotes AS q
SEMI JOIN study_articles USING (article_id)
ORDER BY article_id, quote_no;
