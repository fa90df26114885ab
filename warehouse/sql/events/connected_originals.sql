-- Adds the originals that similar pairs connect with affected ones. It is repeated until it adds none. Two of a pair
-- are at most three days apart, so pairs of other days need not be read.
SET VARIABLE since = (SELECT min(first_day) FROM affected_originals);
SET VARIABLE until = (SELECT max(last_day) + 3 FROM affected_originals);
INSERT INTO affected_originals
WITH near_pairs AS (
  SELECT day, article_id, earlier_id
  FROM core.event_pairs
  WHERE similarity >= $similar AND day BETWEEN getvariable('since') AND getvariable('until')
), connected AS (
  SELECT earlier_id AS other, day - 3 AS first_day, day AS last_day
  FROM near_pairs
  WHERE article_id IN (SELECT article_id FROM affected_originals)
  UNION ALL
  SELECT article_id, day, day
  FROM near_pairs
  WHERE earlier_id IN (SELECT article_id FROM affected_originals)
)
SELECT other, min(first_day), max(last_day)
FROM connected
WHERE other NOT IN (SELECT article_id FROM affected_originals)
GROUP BY other;
