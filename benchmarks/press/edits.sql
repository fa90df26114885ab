-- Edits, by their kinds.
SELECT array_to_string(kinds, ', ') AS kinds, source_name, round(similarity, 2) AS similarity, headline_before,
  headline_after
FROM mart.edits
ORDER BY kinds, source_name, article_id
LIMIT $limit
