-- What outlets changed after publication, the latest change first.
SELECT
  detected_at,
  day,
  source_name,
  headline_before,
  headline_after,
  kinds,
  paragraphs_added,
  paragraphs_removed,
  paragraphs_edited,
  quotes_added,
  quotes_removed,
  minutes_after,
  article_id,
  version_no,
  url
FROM mart.edits
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND filter_by($topic, article_id IN (SELECT article_id FROM mart.topic_articles WHERE topic_id = $topic))
  AND filter_by($kind, list_contains(kinds, $kind))
ORDER BY detected_at DESC, article_id, version_no DESC
LIMIT $limit OFFSET $offset;
