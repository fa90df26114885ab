-- C11 warn: a text has 300 to 40,000 characters.
SELECT a.source_id, a.url, v.n_chars
FROM new_versions AS v
JOIN new_articles AS a ON a.current_version_id = v.version_id
WHERE v.n_chars NOT BETWEEN 300 AND 40000;
