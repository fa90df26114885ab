-- Articles of every outlet on every day of the calendar; NULL, not 0, on a day that the outlet was not crawled for and
-- has no article of.
CREATE OR REPLACE VIEW mart.outlet_days AS
WITH counts AS (
  FROM mart.day_counts WHERE topic_id IS NULL
)
SELECT
  c.day, -- in western Indonesian time
  s.source_id, -- TOML name of the outlet
  s.name AS source_name, -- title of the outlet
  n.source_id IS NOT NULL OR w.source_id IS NOT NULL AS is_crawled, -- there is an article of the day, or
    -- core.crawled_days has it
  CASE WHEN is_crawled THEN coalesce(n.n_articles, 0) END AS n_articles, -- of the day
  CASE WHEN is_crawled THEN coalesce(n.n_originals, 0) END AS n_originals -- of them, those that are no copies
FROM (SELECT unnest(generate_series(min(day), max(day), INTERVAL 1 DAY))::DATE AS day FROM counts) AS c
CROSS JOIN core.sources AS s
LEFT JOIN counts AS n ON n.source_id = s.source_id AND n.day = c.day
LEFT JOIN core.crawled_days AS w ON w.source_id = s.source_id AND w.day = c.day;
