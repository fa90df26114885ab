-- Money below 1,000 rupiah: mostly a scale that was not read.
SELECT text, value, value_high, comparator, source_name
FROM mart.figures
WHERE currency = 'IDR' AND value > 0 AND value < 1000
ORDER BY value, text
LIMIT $limit
