-- The paragraphs that outlets changed after publication, the latest change first.
SELECT
  detected_at,
  day,
  source_name,
  headline,
  version_no,
  change,
  paragraph_no,
  kinds,
  text_before,
  text_after,
  article_id,
  url
FROM mart.edited_paragraphs
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND filter_by($article, article_id = $article)
  AND filter_by($kind, list_contains(kinds, $kind))
ORDER BY detected_at DESC, article_id, version_no DESC, paragraph_no, change
LIMIT $limit OFFSET $offset;
