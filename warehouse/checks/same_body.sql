-- C18 warn: no more than two articles of an outlet have the same body, which may be a notice or an error page.
SELECT a.source_id, count(*) AS n, min(a.url) AS url
FROM core.article_versions AS v
JOIN core.articles AS a ON a.current_version_id = v.version_id
WHERE v.body_sha256 IN (SELECT body_sha256 FROM new_versions)
GROUP BY a.source_id, v.body_sha256
HAVING count(*) > 2;
