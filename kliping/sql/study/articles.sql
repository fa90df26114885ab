SELECT a.article_id, a.version_id, a.day, a.source_name, m.headline, m.url, NOT a.is_cluster_lead AS is_copy,
  m.cluster_id, a.fetch_id, a.warc_file, a.warc_offset
FROM study_articles AS a
JOIN mart.article_metadata AS m USING (article_id)
ORDER BY article_id;
