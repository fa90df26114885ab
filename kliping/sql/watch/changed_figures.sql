-- Paragraphs that outlets edited since a moment and that have other numbers now, of these articles.
WITH chosen AS MATERIALIZED (
  SELECT
    article_id,
    source_name,
    headline,
    url
  FROM mart.article_metadata
  WHERE article_id IN (SELECT unnest($edited::VARCHAR[]))
)
SELECT
  c.article_id,
  c.source_name,
  c.headline,
  c.url,
  v.version_created AS seen_at,
  c.article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved,
  p.text_before,
  p.text_after
FROM mart.paragraph_diffs_of($edited::VARCHAR[]) AS p
JOIN mart.article_versions AS v ON v.version_id = p.to_version_id
JOIN chosen AS c ON c.article_id = p.article_id
WHERE v.version_created >= $since::TIMESTAMP AND p.change = 'edited' AND list_contains(p.kinds, 'number')
ORDER BY seen_at, c.article_id, p.paragraph_no;
