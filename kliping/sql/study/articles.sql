SELECT a.article_id, a.version_id, a.day, a.source_name, m.headline, m.url, NOT a.is_cluster_lead AS is_copy,
  m.cluster_id, sha256(v.body_text) AS text_sha256
FROM study_articles AS a
JOIN mart.article_metadata AS m USING (article_id)
JOIN mart.article_versions AS v ON v.version_id = a.version_id
ORDER BY article_id;
