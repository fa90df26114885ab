-- How each feed, sitemap and listing answers: successes, failures in a row, and when it last had anything new.
WITH looked AS (
  SELECT f.*, outcome IN ('ok', 'not_modified', 'same_hash') AS is_well
  FROM ops.feed_checks AS f
  LEFT JOIN core.sources AS s USING (source_id)
  WHERE mart.wib_date(checked_at) BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND coalesce($source IN (f.source_id, s.name), TRUE)
), streak AS (
  SELECT *, max(checked_at) FILTER (is_well) OVER (PARTITION BY feed_id) AS last_well
  FROM looked
)
SELECT
  source_id,
  feed_id AS channel,
  count(*) AS checks,
  round(100.0 * avg(is_well::INTEGER), 1) AS percent_well,
  count(*) FILTER (last_well IS NULL OR checked_at > last_well) AS failures_in_a_row,
  arg_max(outcome, checked_at) AS latest,
  max(checked_at) FILTER (n_new > 0) AS last_new_at,
  count(*) FILTER (is_gap) AS gaps, -- times something may have been missed
  arg_max(note, checked_at) AS note
FROM streak
GROUP BY source_id, feed_id
ORDER BY failures_in_a_row DESC, percent_well, source_id, feed_id;
