SELECT url, source_id, state, reason, detail, attempts, next_attempt_at, article_id, discovered_by, discovered_at
FROM (
  FROM ops.frontier WHERE url = $url
  UNION
  FROM ops.frontier WHERE article_id = $article_id
)
ORDER BY discovered_at, url;
