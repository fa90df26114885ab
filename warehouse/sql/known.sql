-- The last full answer of each address.
SELECT
  f.requested_url,
  f.fetch_id,
  f.fetched_at,
  f.body_sha256,
  f.etag,
  f.last_modified
FROM raw.fetches AS f
WHERE f.requested_url IN (SELECT unnest($urls)) AND f.http_status = 200 AND f.outcome = 'ok'
QUALIFY row_number() OVER (PARTITION BY f.requested_url ORDER BY f.fetched_at DESC, f.fetch_id DESC) = 1;
