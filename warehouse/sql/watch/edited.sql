-- The articles that were edited since a moment.
SELECT DISTINCT
  article_id
FROM core.article_versions
SEMI JOIN core.edited_articles USING (article_id)
WHERE version_created >= $since::TIMESTAMP AND version_no > 1
ORDER BY article_id;
