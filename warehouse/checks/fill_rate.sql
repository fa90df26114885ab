-- C23 warn: no field is filled in an outlet's latest 20 articles less than half as often as before.
WITH shares AS (
  UNPIVOT (
    SELECT source_id, k <= 20 AS is_late, count(*) AS n,
      avg((headline IS NOT NULL)::INTEGER) AS headline,
      avg((description IS NOT NULL)::INTEGER) AS description,
      avg((article_section IS NOT NULL)::INTEGER) AS article_section,
      avg((date_published IS NOT NULL)::INTEGER) AS date_published,
      avg((date_modified IS NOT NULL)::INTEGER) AS date_modified,
      avg((dateline IS NOT NULL)::INTEGER) AS dateline,
      avg((authors IS NOT NULL)::INTEGER) AS authors,
      avg((tags IS NOT NULL)::INTEGER) AS tags
    FROM recent_articles
    GROUP BY ALL
    HAVING count(*) >= 10
  ) ON headline, description, article_section, date_published, date_modified, dateline, authors,
    tags INTO NAME field VALUE share
)
SELECT l.source_id, field, round(e.share, 2) AS before, round(l.share, 2) AS now
FROM shares AS l
JOIN shares AS e USING (source_id, field)
WHERE l.is_late AND NOT e.is_late AND e.share >= 0.5 AND l.share < e.share / 2;
