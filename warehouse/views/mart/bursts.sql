-- How evenly each outlet publishes. At a steady rate of one article a day, the busiest tenth of the days has a third of
-- the articles.
CREATE OR REPLACE VIEW mart.bursts AS
WITH ranked_days AS (
  SELECT source_id, source_name, n_articles AS articles,
    row_number() OVER (PARTITION BY source_id ORDER BY n_articles DESC, day) AS n,
    count(*) OVER (PARTITION BY source_id) AS n_all
  FROM mart.outlet_days
  WHERE is_crawled
)
SELECT
  source_id, -- TOML name of the outlet
  source_name, -- title of the outlet
  count(*) AS n_days, -- crawled
  sum(articles)::BIGINT AS n_articles, -- of these days
  sum(articles) FILTER (n <= ceil(n_all / 10))
    / sum(articles) AS share_of_busiest_tenth, -- of the articles, those of the tenth of the days with the most; NULL
    -- without an article
  coalesce(
    count(*) >= 30 AND sum(articles) >= count(*) AND share_of_busiest_tenth > 0.5, FALSE
  ) AS is_bursty -- more than half are of the busiest tenth of at least 30 days, at one article a day or more
FROM ranked_days
GROUP BY ALL;
