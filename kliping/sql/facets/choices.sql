-- The choices of a facet, and how many rows of the list have each: the latest months, the most frequent ones of others.
SELECT facet, value, min(label) AS label, count(*) AS n
FROM ($rows)
WHERE value IS NOT NULL
GROUP BY facet, value
ORDER BY CASE facet WHEN 'month' THEN value END DESC, n DESC, value
LIMIT $most;
