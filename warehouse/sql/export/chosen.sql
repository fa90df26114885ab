-- The stories of a range, and which of them keep their text to themselves. A forgotten one is none of them.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT article_id, article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved
FROM mart.stories
WHERE story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  AND article_id NOT IN (SELECT article_id FROM ops.frontier WHERE reason = 'forgotten' AND article_id IS NOT NULL);
