-- The hits of a message that are not forgotten.
SELECT
  watch,
  hit
FROM hits
WHERE hit IS NOT NULL AND hit_id IN (SELECT value FROM json_each(:ids))
ORDER BY no;
