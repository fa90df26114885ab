-- The days of the calendar that charts of a range show: its own where it has a beginning or an end, else those of
-- mart.chart_range.
CREATE OR REPLACE MACRO mart.chart_calendar(since, until) AS TABLE
SELECT day
FROM mart.calendar, mart.chart_range
WHERE day >= coalesce(since, CASE WHEN until < first_day THEN '-infinity' ELSE first_day END)
  AND day <= coalesce(until, CASE WHEN since > last_day THEN 'infinity' ELSE last_day END);
