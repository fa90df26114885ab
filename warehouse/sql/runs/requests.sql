-- What a run asked the outlets for: for each source, host and reason of failure (NULL for an answer) how often, and one
-- address.
SELECT
  source_id,
  regexp_extract(requested_url, '^https?://([^/?#]+)', 1) AS host,
  -- a page that is gone was answered
  CASE
    WHEN outcome = 'failed'
      AND NOT (kind IN ('page', 'part') AND reason = 'not_found') THEN coalesce(reason, 'http_error')
  END AS reason,
  count(*) AS n,
  min(requested_url) AS example,
  any_value(detail) AS detail
FROM raw.fetches
WHERE run_id = $run_id AND kind IN ('page', 'part', 'feed', 'sitemap', 'index', 'wordpress')
GROUP BY ALL
ORDER BY ALL;
