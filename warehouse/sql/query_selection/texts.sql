SELECT a.article_id AS article, concat_ws(chr(10), v.headline, v.body_text) AS text
FROM core.articles AS a
JOIN core.article_versions AS v ON v.version_id = a.current_version_id
WHERE a.article_id IN (SELECT unnest($articles));
