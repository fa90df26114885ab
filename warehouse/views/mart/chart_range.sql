-- The days that charts show: all, or whole weeks without the fewest articles at either end (1, 5 or 10 in a hundred)
-- whose days would make the axis more than four times as long.
CREATE OR REPLACE VIEW mart.chart_range AS
WITH days AS (
  SELECT day, sum(n_articles) AS n FROM mart.day_counts WHERE topic_id IS NULL GROUP BY day
), counts AS (
  SELECT
    day,
    sum(n) OVER (ORDER BY day) AS n_until,
    sum(n) OVER (ORDER BY day DESC) AS n_since,
    sum(n) OVER () AS n_all
  FROM days
), cuts AS (
  SELECT
    percent,
    min(day) AS earliest,
    max(day) AS latest,
    min(day) FILTER (n_until > greatest(n_all * percent // 100, n_all >= 20)) AS first_usual,
    max(day) FILTER (n_since > greatest(n_all * percent // 100, n_all >= 20)) AS last_usual
  FROM counts, (VALUES (1), (5), (10)) AS shares (percent)
  GROUP BY percent
)
SELECT
  coalesce(
    arg_min(date_trunc('week', first_usual)::DATE, percent) FILTER (
      first_usual - earliest > greatest(31, 3 * (last_usual - first_usual))
    ),
    min(earliest)
  ) AS first_day, -- in western Indonesian time
  coalesce(
    arg_min(date_trunc('week', last_usual)::DATE + 6, percent) FILTER (
      latest - last_usual > greatest(31, 3 * (last_usual - first_usual))
    ),
    max(latest)
  ) AS last_day -- in western Indonesian time
FROM cuts;
