-- Paragraphs that outlets edited since a moment and that have other numbers now, of the articles that the conditions choose.
WITH chosen AS (
  SELECT
    article_id,
    source_name,
    headline,
    url
  FROM core.article_metadata AS m
  $conditions
)
SELECT
  c.article_id,
  c.source_name,
  c.headline,
  c.url,
  d.detected_at AS seen_at,
  c.article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved,
  p.text_before,
  p.text_after
FROM core.version_diffs AS d
JOIN chosen AS c USING (article_id)
JOIN core.paragraph_diffs AS p USING (to_version_id)
WHERE d.detected_at >= $since::TIMESTAMP AND p.change = 'edited' AND list_contains(p.kinds, 'number')
ORDER BY seen_at, article_id, p.paragraph_no;
