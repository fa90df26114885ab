SELECT quarantine_id, url, stage, reason_code, reason, quarantined_at, resolved_at, resolution, fetch_id
FROM ops.quarantine
WHERE url = $url OR quarantine_id = $article_id
ORDER BY quarantined_at;
