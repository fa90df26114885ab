WITH versions AS MATERIALIZED (
  FROM core.article_versions WHERE article_id = $article_id
)
SELECT v.version_id, v.headline, v.body_text
FROM versions AS v
JOIN core.articles AS a ON a.current_version_id = v.version_id
WHERE a.article_id = $article_id;
