-- C12 warn: at most a quarter of an outlet's latest 50 articles is in another language than the outlet, where its
-- language is known.
SELECT r.source_id, count(*) FILTER (r.in_language <> s.language) AS n_other, count(*) AS n,
  mode(r.in_language) AS mostly
FROM recent_articles AS r
JOIN core.sources AS s USING (source_id)
WHERE r.k <= 50 AND s.language <> 'und'
GROUP BY r.source_id
HAVING count(*) >= 4 AND n_other > 0.25 * count(*);
