-- Coverage of each day of a source, the newest first: articles found, loaded, missing and why, and how many are due
-- now.
WITH found_articles AS (
  SELECT
    coalesce((a.date_published + to_minutes($offset_minutes))::DATE, f.story_day) AS day,
    coalesce(f.article_id, f.url) AS article,
    arg_min(f.state, f.state <> 'loaded') AS state,
    arg_min(coalesce(f.reason, f.state), f.state <> 'loaded') AS why,
    bool_or(f.state = 'pending' OR (f.state = 'deferred' AND f.next_attempt_at <= $now::TIMESTAMP)) AS is_due
  FROM ops.frontier AS f
  LEFT JOIN core.articles AS a USING (article_id)
  WHERE f.source_id = $source_id
    AND f.state NOT IN ('duplicate', 'skipped')
    AND f.reason IS DISTINCT FROM 'other_outlet'
  GROUP BY ALL
), day_counts AS (
  SELECT
    day,
    count(*) AS n_found,
    count(*) FILTER (state = 'loaded') AS n_loaded,
    count(*) FILTER (state <> 'loaded') AS n_missing,
    count(*) FILTER (state IN ('pending', 'deferred')) AS n_open,
    count(*) FILTER (is_due) AS n_due
  FROM found_articles
  WHERE day BETWEEN $since AND $until
  GROUP BY ALL
), missing_reasons AS (
  SELECT day, string_agg(n || ' ' || why, ', ' ORDER BY n DESC, why) AS why
  FROM (SELECT day, why, count(*) AS n FROM found_articles WHERE state <> 'loaded' GROUP BY ALL)
  GROUP BY ALL
)
SELECT
  d.day,
  coalesce(c.n_found, 0) AS n_found,
  coalesce(c.n_loaded, 0) AS n_loaded,
  coalesce(c.n_missing, 0) AS n_missing,
  coalesce(c.n_open, 0) AS n_open,
  coalesce(c.n_due, 0) AS n_due,
  coalesce(b.state, 'open') AS state,
  m.why
FROM (SELECT unnest(generate_series($since::DATE, $until::DATE, INTERVAL 1 DAY))::DATE AS day) AS d
LEFT JOIN day_counts AS c USING (day)
LEFT JOIN missing_reasons AS m USING (day)
LEFT JOIN ops.backfill_days AS b ON b.source_id = $source_id AND b.day = d.day
ORDER BY d.day DESC;
