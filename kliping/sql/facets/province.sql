-- Provinces where articles are from, or where what they report happened.
SELECT
  'province' AS facet,
  province AS value,
  province AS label,
  count(DISTINCT article_id) AS n
FROM listed
JOIN mart.places USING (article_id)
WHERE province IS NOT NULL AND role IN ('dateline', 'event_location')
GROUP BY ALL
ORDER BY n DESC, value
LIMIT 8;
