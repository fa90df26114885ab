-- The new events of the affected originals; an original in no group is alone with its event. Unchanged rows stay as
-- they are. The variables are of connected_originals.sql.
UPDATE core.article_events AS e
SET event_id = a.event_id
FROM (
  SELECT article_id, coalesce(n.event_id, article_id) AS event_id
  FROM affected_originals
  LEFT JOIN new_events AS n USING (article_id)
) AS a
WHERE a.article_id = e.article_id AND a.event_id <> e.event_id
  AND e.day BETWEEN getvariable('since') AND getvariable('until');
