-- The last full answer of each address; an article whose further pages are missing is asked for whole.
SELECT
  f.requested_url,
  f.fetch_id,
  f.fetched_at,
  f.body_sha256,
  f.etag,
  f.last_modified,
  f.link_modified_at
FROM raw.fetches AS f
WHERE f.requested_url IN (SELECT unnest($urls)) AND f.http_status = 200 AND f.outcome = 'ok'
  AND f.requested_url NOT IN (SELECT url FROM ops.frontier WHERE reason = 'truncated')
QUALIFY row_number() OVER (PARTITION BY f.requested_url ORDER BY f.fetched_at DESC, f.fetch_id DESC) = 1;
