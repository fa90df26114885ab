-- The failures of a run: source, kind, reason, number, one address as example, and when the first deferred page is due
-- again.
SELECT source_id, kind, reason, count(*) AS n, min(url) AS example, any_value(detail) AS detail, min(until) AS until
FROM (
  SELECT source_id, 'page' AS kind, reason, url, detail, next_attempt_at AS until
  FROM ops.frontier WHERE last_run_id = $run_id AND state IN ('deferred', 'quarantined')
  UNION ALL
  SELECT source_id, kind, reason, requested_url, detail, NULL FROM raw.fetches AS f
  WHERE run_id = $run_id
    AND kind IN ('feed', 'sitemap', 'index', 'wordpress')
    AND outcome = 'failed'
    AND reason IS NOT NULL
    -- a listing without a further page has simply ended
    AND NOT EXISTS (
      FROM ops.feed_checks AS c WHERE c.run_id = f.run_id AND c.feed_id = f.requested_url AND c.outcome = 'ok'
    )
  QUALIFY row_number() OVER (PARTITION BY requested_url ORDER BY attempt DESC) = 1
)
GROUP BY source_id, kind, reason
ORDER BY source_id, n DESC, reason;
