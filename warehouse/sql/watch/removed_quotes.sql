-- Quotes that outlets removed since a moment, each with its paragraph before and after, of the articles that the conditions choose.
WITH chosen AS (
  SELECT
    article_id,
    source_name,
    headline,
    url
  FROM core.article_metadata AS m
  $conditions
), removed AS (
  SELECT
    d.article_id,
    d.to_version_id,
    d.detected_at,
    q.quote_no,
    q.text AS quote,
    string_split(b.body_text, chr(10))[q.paragraph_no] AS text_before
  FROM core.version_diffs AS d
  JOIN core.article_versions AS b ON b.version_id = d.from_version_id
  JOIN core.article_versions AS a ON a.version_id = d.to_version_id
  JOIN core.quotes AS q ON q.version_id = d.from_version_id
  WHERE d.detected_at >= $since::TIMESTAMP AND q.quote_type <> 'indirect' AND NOT contains(a.body_text, q.text)
)
SELECT
  c.article_id,
  c.source_name,
  c.headline,
  c.url,
  r.detected_at AS seen_at,
  c.article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved,
  r.quote,
  r.text_before,
  p.text_after
FROM removed AS r
JOIN chosen AS c USING (article_id)
LEFT JOIN core.paragraph_diffs AS p ON p.to_version_id = r.to_version_id AND p.text_before = r.text_before
ORDER BY seen_at, article_id, r.quote_no;
