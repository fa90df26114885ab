-- The people whom articles quote.
SELECT 'quoted' AS facet, speaker_entity_id AS value, min(speaker) AS label
FROM listed
JOIN mart.article_days USING (article_id)
JOIN mart.statements USING (article_row)
WHERE speaker IS NOT NULL
GROUP BY article_row, speaker_entity_id;
