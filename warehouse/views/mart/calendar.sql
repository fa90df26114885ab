-- Every day from the first article to the last, so that days without one can be counted.
CREATE OR REPLACE VIEW mart.calendar AS
SELECT
  unnest(generate_series(min(day), max(day), INTERVAL 1 DAY))::DATE AS day -- in western Indonesian time
FROM mart.day_counts;
