-- Other outlets that took their text from an article of this one.
SELECT
  article_id,
  [cluster_id, article_id] AS words,
  format('{} has a text of {}', source_name, lead_source_name) AS what,
  '/article/' || article_id || '#copies' AS page
FROM mart.copies
WHERE article_id IN (SELECT unnest($articles::VARCHAR[])) AND NOT is_own AND lead_source_name = $outlet
ORDER BY ALL;
