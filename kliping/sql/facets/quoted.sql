-- The people whom articles quote.
SELECT
  'quoted' AS facet,
  speaker_entity_id AS value,
  min(speaker) AS label,
  count(DISTINCT article_row) AS n
FROM listed
JOIN mart.article_days USING (article_id)
JOIN mart.statements USING (article_row)
WHERE speaker IS NOT NULL
GROUP BY speaker_entity_id
ORDER BY n DESC, value
LIMIT 8;
