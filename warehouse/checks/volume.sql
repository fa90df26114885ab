-- C15 warn: an outlet's last three days brought a third of its mean of four weeks or more.
-- By days that are over, in western Indonesian time, as of its own last look; an outlet of less than a story a day may be quiet.
WITH looks AS (
  SELECT source_id, mart.wib_date(max(checked_at)) AS today
  FROM ops.feed_checks
  WHERE checked_at >= getvariable('recent')
  GROUP BY source_id
)
SELECT source_id, count(*) FILTER (story_date >= today - 3) AS in_three_days, round(count(*) / 28, 1) AS mean_of_a_day
FROM recent_articles
JOIN looks USING (source_id)
WHERE story_date >= today - 28 AND story_date < today
GROUP BY ALL
HAVING count(*) >= 28 AND max(today) >= (SELECT max(today) - 7 FROM looks) AND min(story_date) <= max(today) - 14 AND count(*) FILTER (story_date >= today - 3) / 3 < count(*) / 28 / 3;
