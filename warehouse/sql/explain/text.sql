SELECT v.version_id, v.headline, v.body_text
FROM core.article_versions AS v
JOIN core.articles AS a ON a.current_version_id = v.version_id
WHERE v.article_id = $article_id AND a.article_id = $article_id;
