-- Due addresses of a source, one an article: the plainest of its addresses, the freshest article first.
SELECT
  f.url,
  f.source_id,
  f.discovered_by,
  e.guid,
  e.title,
  e.published_raw,
  f.published_at,
  f.modified_at,
  e.in_language AS language
FROM ops.frontier AS f
LEFT JOIN raw.feed_entries AS e ON e.feed_id = f.discovered_by AND e.url = f.url
WHERE f.source_id = $source_id
  AND (f.state = 'pending' OR (f.state IN ('deferred', 'skipped', 'gone') AND f.next_attempt_at <= $now::TIMESTAMP))
  AND f.last_run_id IS DISTINCT FROM $run_id
QUALIFY row_number() OVER (PARTITION BY coalesce(f.article_id, f.url) ORDER BY contains(f.url, '?'), f.discovered_at, f.url) = 1
ORDER BY coalesce(f.modified_at, f.published_at) DESC NULLS LAST, f.url
LIMIT $limit;
