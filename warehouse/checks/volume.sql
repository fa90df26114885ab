-- C15 warn: an outlet's last three days brought at least a third of its mean of the four weeks before.
--
-- Counts complete days in western Indonesian time, before its last check; an outlet with less than one article a day
-- may be silent.
WITH last_polls AS (
  SELECT source_id, mart.wib_date(max(checked_at)) AS today
  FROM ops.feed_checks
  WHERE checked_at >= getvariable('recent')
  GROUP BY source_id
)
SELECT source_id, count(*) FILTER (day >= today - 3) AS in_three_days, round(count(*) / 28, 1) AS mean_of_a_day
FROM recent_articles
JOIN last_polls USING (source_id)
WHERE day >= today - 28 AND day < today
GROUP BY ALL
HAVING count(*) >= 28
  AND max(today) >= (SELECT max(today) - 7 FROM last_polls)
  AND min(day) <= max(today) - 14
  AND count(*) FILTER (day >= today - 3) / 3 < count(*) / 28 / 3;
