-- How many articles each outlet published, how many of them are original, and on how many days there was none.
WITH days AS (
  SELECT day, date_trunc('week', day)::DATE AS week
  FROM mart.calendar
  WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
), daily_counts AS (
  SELECT source_name, day, count(*) AS articles, count(*) FILTER (is_cluster_lead) AS originals
  FROM core.article_metadata
  GROUP BY ALL
), weekly_counts AS (
  SELECT s.name AS source_name, week, sum(coalesce(articles, 0))::BIGINT AS articles, sum(coalesce(originals, 0))::BIGINT AS originals,
    count(*) FILTER (articles IS NULL) AS silent_days
  FROM days
  CROSS JOIN core.sources AS s
  LEFT JOIN daily_counts ON daily_counts.day = days.day AND daily_counts.source_name = s.name
  WHERE s.name = coalesce($source, s.name)
  GROUP BY ALL
), earlier_counts AS (
  SELECT source_name, count(*) AS n
  FROM core.article_metadata
  WHERE day >= $before::DATE AND day < $since::DATE
  GROUP BY source_name
)
SELECT
  source_name,
  sum(articles)::BIGINT AS articles,
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(n), 0) END AS before, -- in the period of equal length before
  sum(originals)::BIGINT AS originals,
  sum(silent_days)::BIGINT AS silent_days,
  min(week) AS first_week,
  list(articles ORDER BY week) AS per_week
FROM weekly_counts
LEFT JOIN earlier_counts USING (source_name)
GROUP BY source_name
ORDER BY articles DESC, source_name;
