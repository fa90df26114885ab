-- C16 warn: the median length of an outlet's latest 20 articles is between half and twice that of the articles before.
SELECT source_id, median(word_count) FILTER (k > 20) AS before, median(word_count) FILTER (k <= 20) AS now
FROM recent_articles
GROUP BY source_id
HAVING count(*) FILTER (k > 20) >= 10 AND (now < before / 2 OR now > before * 2);
