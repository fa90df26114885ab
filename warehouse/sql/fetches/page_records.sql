-- The pages that the archive had when the database was written, but for what was forgotten.
SELECT
  fetch_id,
  source_id,
  requested_url AS url
FROM raw.fetches
WHERE kind IN ('page', 'part', 'file') AND outcome = 'ok' AND reason IS NULL
ORDER BY source_id, url;
