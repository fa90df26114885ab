-- C17 warn: at most three in ten of an outlet's long articles with quotation marks have no direct quote.
SELECT a.source_id, count(*) AS n, round(avg((q.version_id IS NULL)::INTEGER), 2) AS rate
FROM new_articles AS a
JOIN new_versions AS v ON v.version_id = a.current_version_id
LEFT JOIN (SELECT DISTINCT version_id FROM new_quotes WHERE quote_type <> 'indirect') AS q USING (version_id)
WHERE a.in_language IN ('id', 'ms') AND v.word_count >= 150 AND regexp_matches(v.body_text, '[“"][^”"]{20,}[”"]')
GROUP BY a.source_id
HAVING count(*) >= 10 AND rate > 0.3;
