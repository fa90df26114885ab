-- Dates, authors and sections that the outlet changed; the text is in the chapter of edits.
SELECT
  version_no,
  detected_at,
  f.kind,
  f.before,
  f.after
FROM (
  SELECT
    version_no,
    detected_at,
    unnest(fields) AS f
  FROM mart.edits
  WHERE article_id = $article_id
)
ORDER BY detected_at, f.kind;
