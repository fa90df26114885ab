-- A new generation for the sources whose lines were counted otherwise than before. After count_lines.sql, in its transaction.
CREATE TEMP TABLE newer AS
SELECT source_id, coalesce(max(r.generation), 0) + 1 AS generation
FROM (
  SELECT source_id FROM (SELECT source_id, line, n_articles FROM counted EXCEPT SELECT source_id, line, n_articles FROM ref.repeated_lines)
  UNION
  SELECT source_id
  FROM (SELECT source_id, line, n_articles FROM ref.repeated_lines EXCEPT SELECT source_id, line, n_articles FROM counted)
  WHERE $source_ids IS NULL OR list_contains($source_ids, source_id)
)
LEFT JOIN ref.repeated_lines AS r USING (source_id)
GROUP BY source_id;
