-- Provinces where articles are from, or where what they report happened.
SELECT DISTINCT 'province' AS facet, province AS value, province AS label, article_id
FROM listed
JOIN mart.places USING (article_id)
WHERE role IN ('dateline', 'event_location');
