-- The versions of some articles, the latest twenty of each, with the record of the page that first showed each.
SELECT
  v.article_id,
  v.version_id,
  v.version_no,
  v.version_id = m.version_id AS is_current,
  NOT m.is_cluster_lead AS is_copy,
  m.source_name AS outlet,
  m.url,
  m.day,
  v.headline,
  v.body_text,
  f.warc_file,
  f.warc_offset
FROM mart.article_versions AS v
JOIN mart.article_metadata AS m ON m.article_id = v.article_id
LEFT JOIN raw.fetches AS f ON f.fetch_id = v.fetch_id
WHERE v.article_id IN (SELECT unnest($article_ids))
QUALIFY row_number() OVER (PARTITION BY v.article_id ORDER BY is_current DESC, v.version_no DESC) <= 20
ORDER BY v.article_id, is_current DESC, v.version_no DESC;
