-- The fetches of a run, each with its article. A fetch that a later answer repeats is part of what that answer says:
-- `is_repeated`.
SELECT
  f.fetch_id,
  f.source_id,
  f.requested_url AS url,
  coalesce(f.announced_by, '') AS announced_by,
  coalesce(v.article_id, fr.article_id, f.requested_url) AS article_id,
  f.fetch_id IN (SELECT same_as FROM raw.fetches WHERE same_as IS NOT NULL) AS is_repeated
FROM raw.fetches AS f
LEFT JOIN (
  SELECT fetch_id, any_value(article_id) AS article_id FROM core.version_fetches GROUP BY fetch_id
) AS v USING (fetch_id)
LEFT JOIN ops.frontier AS fr ON fr.url = f.requested_url
WHERE f.run_id = $run_id AND f.reason IS DISTINCT FROM 'forgotten'
ORDER BY article_id, f.fetch_id;
