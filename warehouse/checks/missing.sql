-- C13 warn: at most four in ten of an outlet's latest 50 articles lack a headline or a date.
SELECT source_id, field, round(rate, 2) AS rate
FROM (
  UNPIVOT (
    SELECT source_id, avg((headline IS NULL)::INTEGER) AS headline,
      avg((date_published IS NULL)::INTEGER) AS date_published
    FROM recent_articles WHERE k <= 50 GROUP BY source_id HAVING count(*) >= 10
  ) ON headline, date_published INTO NAME field VALUE rate
)
WHERE rate > 0.4;
