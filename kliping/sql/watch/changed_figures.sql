-- Paragraphs that outlets edited since a moment and that have other numbers now, of these articles.
SELECT
  p.article_id,
  v.version_created AS seen_at,
  p.text_before,
  p.text_after
FROM mart.paragraph_diffs_of($edited::VARCHAR[]) AS p
JOIN mart.article_versions AS v ON v.version_id = p.to_version_id
WHERE v.version_created >= $since::TIMESTAMP AND p.change = 'edited' AND list_contains(p.kinds, 'number')
ORDER BY seen_at, p.article_id, p.paragraph_no;
