-- Articles that name it by week, weeks without one included.
WITH weeks AS (
  SELECT DISTINCT date_trunc('week', day)::DATE AS week FROM mart.calendar
), named AS (
  SELECT date_trunc('week', day)::DATE AS week, count(DISTINCT version_id) AS n FROM own_mentions GROUP BY ALL
)
SELECT week, coalesce(n, 0) AS n
FROM weeks
LEFT JOIN named USING (week)
ORDER BY week;
