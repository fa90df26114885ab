-- The days that each outlet was crawled for: a channel answered on the day; or a feed answered later with entries that
-- it had announced before the day, so that none was missed between (of sitemaps and listing pages that is not known);
-- or a backfill has looked through the day.
CREATE OR REPLACE VIEW core.crawled_days AS
WITH polled_days AS (
  SELECT source_id, feed_id, any_value(kind) AS kind, mart.wib_date(checked_at) AS day,
    arg_min(is_gap, checked_at) AS is_gap
  FROM ops.feed_checks
  WHERE outcome IN ('ok', 'not_modified', 'same_hash')
  GROUP BY ALL
), polled_ranges AS (
  SELECT source_id, day,
    CASE
      WHEN kind = 'feed' AND NOT is_gap THEN lag(day) OVER (PARTITION BY source_id, feed_id ORDER BY day)
    END AS day_before
  FROM polled_days
)
SELECT
  source_id, -- TOML name of the outlet
  unnest(generate_series(coalesce(day_before, day), day, INTERVAL 1 DAY))::DATE AS day -- in western Indonesian time
FROM polled_ranges
UNION
SELECT source_id, day
FROM ops.backfill_days
WHERE state IN ('done', 'found');
