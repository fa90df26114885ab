-- A row where there is an event with this id.
SELECT 1
FROM mart.event_members
WHERE event_id = $id
LIMIT 1;
