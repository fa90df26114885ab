-- Of the names of a $type: the twenty that are mentioned most, and others down to the rarest.
SELECT entity_id
FROM (
  SELECT entity_id, row_number() OVER (ORDER BY n DESC, entity_id) AS place
  FROM (
    SELECT entity_id, count(*) AS n
    FROM core.entity_mentions
    WHERE entity_type = $type
    GROUP BY entity_id
  )
)
WHERE place <= 20 OR place % 1013 = 0
ORDER BY place
LIMIT 40;
