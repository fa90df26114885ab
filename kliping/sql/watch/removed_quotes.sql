-- Quotes that outlets removed since a moment, each with its paragraph before and after, of these articles.
-- Texts and quotes are read by their rows: a join alone would read those of all articles.
WITH chain AS (
  SELECT
    article_id,
    version_id AS to_version_id,
    version_created AS detected_at,
    body_text AS body_after,
    lag(version_id) OVER w AS from_version_id,
    lag(body_text) OVER w AS body_before
  FROM mart.article_versions
  WHERE version_row IN (
    SELECT version_row FROM mart.article_versions WHERE article_id IN (SELECT unnest($edited::VARCHAR[]))
  )
  WINDOW w AS (PARTITION BY article_id ORDER BY version_no)
), own_quotes AS MATERIALIZED (
  FROM core.quotes
  WHERE rowid IN (SELECT q.rowid FROM core.quotes AS q SEMI JOIN chain AS d ON d.from_version_id = q.version_id)
), removed AS (
  SELECT
    d.article_id,
    d.to_version_id,
    d.detected_at,
    q.quote_no,
    q.text AS quote,
    string_split(d.body_before, chr(10))[q.paragraph_no] AS text_before
  FROM chain AS d
  JOIN own_quotes AS q ON q.version_id = d.from_version_id
  WHERE d.detected_at >= $since::TIMESTAMP AND q.quote_type <> 'indirect' AND NOT contains(d.body_after, q.text)
)
SELECT
  r.article_id,
  r.detected_at AS seen_at,
  r.quote,
  r.text_before,
  p.text_after
FROM removed AS r
LEFT JOIN mart.paragraph_diffs_of($edited::VARCHAR[]) AS p
  ON p.to_version_id = r.to_version_id AND p.text_before = r.text_before
ORDER BY seen_at, r.article_id, r.quote_no;
