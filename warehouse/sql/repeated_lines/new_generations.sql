-- new_generations: the next generation of the sources whose lines have changed. After repeated_lines/count.sql, in its
-- transaction.
CREATE TEMP TABLE new_generations AS
SELECT source_id, coalesce(max(r.generation), 0) + 1 AS generation
FROM (
  SELECT source_id
  FROM (
    SELECT source_id, line, n_articles
    FROM counted_lines
    EXCEPT
    SELECT source_id, line, n_articles
    FROM ref.repeated_lines
  )
  UNION
  SELECT source_id
  FROM (
    SELECT source_id, line, n_articles
    FROM ref.repeated_lines
    EXCEPT
    SELECT source_id, line, n_articles
    FROM counted_lines
  )
  WHERE $source_ids IS NULL OR list_contains($source_ids, source_id)
)
LEFT JOIN ref.repeated_lines AS r USING (source_id)
GROUP BY source_id;
