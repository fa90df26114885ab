-- On which days each channel of an outlet was read, by ingests and backfills.
CREATE OR REPLACE VIEW mart.channel_days AS
SELECT
  source_id, -- TOML name of the outlet
  kind, -- feed, sitemap, index, wordpress
  requested_url AS channel, -- its address
  mart.wib_date(fetched_at) AS day, -- in western Indonesian time
  count(*) AS n_reads, -- requests
  count(*) FILTER (outcome <> 'failed') AS n_answers -- of them, those that were answered
FROM raw.fetches
WHERE kind IN ('feed', 'sitemap', 'index', 'wordpress')
GROUP BY ALL;
