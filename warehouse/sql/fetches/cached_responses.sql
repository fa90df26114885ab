-- The last full answer of each address of a source (outlets may share a feed). A page that became nothing yet does not
-- count: "unchanged" would then say nothing. Nor do the answers of a channel to a backfill, unless $is_past.
SELECT
  f.requested_url,
  f.fetch_id,
  f.fetched_at,
  f.body_sha256,
  f.etag,
  f.last_modified,
  f.link_modified_at,
  (
    SELECT count(*)
    FROM raw.fetches AS u
    WHERE u.same_as = f.fetch_id AND u.http_status = 304 AND u.link_modified_at > f.link_modified_at
  ) AS n_contradicted
FROM raw.fetches AS f
WHERE f.requested_url IN (SELECT unnest($urls))
  AND f.source_id = $source_id
  AND f.http_status = 200
  AND f.outcome = 'ok'
  AND (
    f.kind <> 'page'
    OR f.fetch_id IN (SELECT fetch_id FROM core.version_fetches)
    OR f.fetch_id IN (SELECT fetch_id FROM ops.quarantine WHERE resolution IS DISTINCT FROM 'asked again')
  )
  AND ($is_past OR f.kind = 'page' OR f.run_id NOT IN (SELECT run_id FROM ops.runs WHERE flow_name = 'backfill'))
QUALIFY row_number() OVER (PARTITION BY f.requested_url ORDER BY f.fetched_at DESC, f.fetch_id DESC) = 1;
