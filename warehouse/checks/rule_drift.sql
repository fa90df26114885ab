-- C25 warn: an outlet's rule and the generic reader agree on the body of four in five of its latest 20 articles.
SELECT source_id, count(*) FILTER (list_contains(flags, 'rule_drift')) AS n_drifted, count(*) AS n
FROM recent_articles
WHERE k <= 20
GROUP BY source_id
HAVING count(*) >= 5 AND n_drifted > 0.2 * count(*);
