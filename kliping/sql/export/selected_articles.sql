-- selected_articles: the articles of a range without forgotten ones, and whether the publisher reserves the text: for a
-- purpose, or for any.
CREATE OR REPLACE TEMP TABLE selected_articles AS
SELECT article_id, article_id IN (
  SELECT article_id FROM mart.reservations
  WHERE CASE WHEN $purpose::VARCHAR IS NULL THEN is_against ELSE list_contains(withheld_purposes, $purpose::VARCHAR) END
) AS is_reserved
FROM mart.article_metadata
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND article_id NOT IN (SELECT article_id FROM ops.frontier WHERE reason = 'forgotten' AND article_id IS NOT NULL);
