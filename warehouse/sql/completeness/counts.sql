-- Counts of the weeks of which an article or a read day has changed. After articles.sql, in its transaction.
--
-- week_articles: the articles of these weeks
-- week_counts: what a row of core.completeness counts, of these weeks as they are now and of those that may be
-- estimated with them, and of how many weeks each may be estimated together
-- changed_weeks: the changed weeks, and the others that may be estimated with them
-- captures: their articles, counted by the channels that announced them and by section, day and quarter
CREATE TEMP TABLE week_articles AS
SELECT a.*, w.week
FROM core.announced_articles AS a
JOIN recounted_weeks AS w ON w.source_id = a.source_id AND w.week = date_trunc('week', a.day)::DATE
WHERE a.day BETWEEN (SELECT min(week) FROM recounted_weeks) AND (SELECT max(week) + 6 FROM recounted_weeks);
CREATE TEMP TABLE week_counts AS
WITH recounted AS (
  SELECT
    source_id,
    week,
    count(*) FILTER (in_feed OR in_sitemap OR in_listing) AS n_announced,
    count(*) FILTER (is_loaded) AS n_loaded,
    coalesce(histogram(lost_reason) FILTER (in_feed OR in_sitemap OR in_listing), MAP {}) AS lost,
    count(*) FILTER (in_feed) AS n_feed,
    count(*) FILTER (in_sitemap) AS n_sitemap,
    count(*) FILTER (in_listing) AS n_listing
  FROM week_articles
  GROUP BY source_id, week
), n_read AS (
  SELECT source_id, date_trunc('week', day)::DATE AS week, count(*) AS n_days,
    max(max(day)) OVER (PARTITION BY source_id) AS last_day
  FROM core.read_days
  SEMI JOIN recounted_weeks USING (source_id)
  GROUP BY source_id, week
), counted AS (
  SELECT *, least(7, date_diff('day', week, last_day) + 1) - n_days AS n_unread_days
  FROM recounted
  JOIN n_read USING (source_id, week)
  UNION ALL BY NAME
  SELECT source_id, week, n_announced, n_loaded, lost, n_feed, n_sitemap, n_listing, n_unread_days
  FROM core.completeness
  SEMI JOIN recounted_weeks USING (source_id)
  ANTI JOIN recounted_weeks AS w USING (source_id, week)
)
SELECT * EXCLUDE (n_days, last_day),
  -- fewer than 40 articles a week; of more, twelve weeks are enough
  if(sum(n_announced) OVER (PARTITION BY source_id, week_no // 48) < 48 * 40, 48, 12) AS pool
FROM (SELECT *, date_diff('week', DATE '1970-01-05', week) AS week_no FROM counted);
CREATE TEMP TABLE changed_weeks AS
WITH pools_before AS (
  SELECT source_id, date_diff('week', DATE '1970-01-05', week) // 48 AS span,
    if(sum(n_announced) < 48 * 40, 48, 12) AS pool
  FROM core.completeness
  SEMI JOIN recounted_weeks USING (source_id)
  GROUP BY ALL
)
SELECT w.*
FROM week_counts AS w
LEFT JOIN pools_before AS b ON b.source_id = w.source_id AND b.span = w.week_no // 48
WHERE w.pool <> b.pool OR EXISTS (
  FROM recounted_weeks AS r
  WHERE r.source_id = w.source_id AND r.week_no // w.pool = w.week_no // w.pool
);
CREATE TEMP TABLE captures AS
SELECT
  a.source_id,
  w.week,
  in_feed,
  in_sitemap,
  in_listing,
  section,
  day,
  quarter,
  count(*) AS n
FROM core.announced_articles AS a
JOIN changed_weeks AS w ON w.source_id = a.source_id AND w.week = date_trunc('week', a.day)::DATE
WHERE in_feed OR in_sitemap OR in_listing
GROUP BY ALL;
