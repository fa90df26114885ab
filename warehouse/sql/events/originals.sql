-- The affected originals, the earliest first.
SELECT article_id, story_at
FROM core.article_events
SEMI JOIN affected_originals USING (article_id)
ORDER BY story_at, article_id;
