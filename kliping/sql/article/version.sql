-- One version of an article.
SELECT
  version_no,
  version_created,
  headline,
  body_text
FROM mart.article_versions
WHERE article_id = $article AND version_no::VARCHAR = $version;
