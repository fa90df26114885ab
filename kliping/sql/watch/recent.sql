-- Articles first seen or edited since a moment, the earliest first; of the edited ones with the time of the last edit.
SELECT
  article_id,
  version_id,
  edited_at
FROM mart.article_metadata
LEFT JOIN (
  SELECT article_id, max(version_created) AS edited_at
  FROM mart.article_versions
  SEMI JOIN mart.edited_articles USING (article_id)
  WHERE version_created >= $since::TIMESTAMP AND version_no > 1
  GROUP BY article_id
) USING (article_id)
WHERE first_seen_at >= $since::TIMESTAMP OR edited_at IS NOT NULL
ORDER BY first_seen_at, article_id;
