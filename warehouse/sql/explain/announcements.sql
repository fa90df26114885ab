SELECT e.source_id, e.feed_id, e.url, e.title, e.published_raw, e.published_at, e.modified_at, e.first_seen_at, e.last_seen_at
FROM raw.feed_entries AS e
JOIN ops.frontier AS f USING (url)
WHERE f.url = $url OR f.article_id = $article_id
ORDER BY e.first_seen_at, e.feed_id;
