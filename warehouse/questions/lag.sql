-- How many minutes after publication the articles of each outlet were first seen.
--
-- id: Berapa menit sesudah terbit artikel tiap media pertama kali terlihat.
-- by outlet
SELECT
  source_name,
  count(*) AS articles,
  round(quantile_cont(date_diff('second', date_published, first_seen_at) / 60.0, 0.5))::BIGINT AS median_minutes,
  round(quantile_cont(date_diff('second', date_published, first_seen_at) / 60.0, 0.95))::BIGINT AS p95_minutes,
  count(*) FILTER (first_seen_at < date_published) AS in_future -- the page's clock or zone is wrong
FROM mart.article_metadata
WHERE date_published IS NOT NULL
  AND mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY source_name
ORDER BY source_name;
