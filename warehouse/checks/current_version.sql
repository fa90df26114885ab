-- C02 error: the current version of an article exists and is its own, and it has as many versions as it says.
SELECT a.article_id, a.url, a.n_versions, count(v.version_id) AS n_found
FROM new_articles AS a
LEFT JOIN new_versions AS v USING (article_id)
GROUP BY a.article_id, a.url, a.n_versions, a.current_version_id
HAVING n_found <> a.n_versions OR count(*) FILTER (v.version_id = a.current_version_id) <> 1;
