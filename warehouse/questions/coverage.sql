-- How many articles each outlet published, how many of them are original, and on how many days there was none.
--
-- id: Berapa artikel yang diterbitkan tiap media, berapa yang asli, dan berapa hari tanpa artikel.
-- by outlet
WITH days AS (
  SELECT day, date_trunc('week', day)::DATE AS week
  FROM mart.chart_calendar($since::DATE, $until::DATE)
), counts AS (
  SELECT source_name, sum(n_articles)::BIGINT AS articles, sum(n_originals)::BIGINT AS originals
  FROM mart.day_counts
  WHERE topic_id IS NOT DISTINCT FROM $topic
    AND mart.is_within(day, $since, $until)
  GROUP BY source_name
), weekly_counts AS (
  SELECT s.source_name, week, sum(coalesce(c.n_articles, 0))::BIGINT AS n,
    count(*) FILTER (c.n_articles IS NULL) AS silent_days
  FROM days
  CROSS JOIN mart.outlets AS s
  LEFT JOIN (FROM mart.day_counts WHERE topic_id IS NOT DISTINCT FROM $topic) AS c
    ON c.day = days.day AND c.source_id = s.source_id
  WHERE s.source_name = coalesce($source, s.source_name)
  GROUP BY ALL
), earlier_counts AS (
  SELECT source_name, sum(n_articles)::BIGINT AS n
  FROM mart.day_counts
  WHERE topic_id IS NOT DISTINCT FROM $topic AND day >= $before::DATE AND day < $since::DATE
  GROUP BY source_name
)
SELECT
  source_name,
  coalesce(any_value(c.articles), 0) AS articles,
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(e.n), 0) END AS before, -- in the period of equal length before
  coalesce(any_value(c.originals), 0) AS originals,
  sum(silent_days)::BIGINT AS silent_days, -- of the days that charts show (mart.chart_range), as the weeks
  min(week) AS first_week,
  list(w.n ORDER BY week) AS per_week
FROM weekly_counts AS w
LEFT JOIN counts AS c USING (source_name)
LEFT JOIN earlier_counts AS e USING (source_name)
GROUP BY source_name
ORDER BY articles DESC, source_name;
