-- What a citation of articles needs: their texts, and where the archive has the page that first showed them.
WITH articles AS MATERIALIZED (
  SELECT article_id, version_id, source_name, day FROM mart.article_metadata WHERE article_id IN ($ids)
), texts AS MATERIALIZED (
  SELECT version_id, body_text, fetch_id FROM mart.article_versions WHERE article_id IN ($ids)
)
SELECT
  a.article_id,
  a.source_name,
  a.day,
  t.body_text,
  f.warc_file || '@' || f.warc_offset AS record
FROM articles AS a
JOIN texts AS t USING (version_id)
LEFT JOIN raw.fetches AS f ON f.fetch_id = t.fetch_id;
