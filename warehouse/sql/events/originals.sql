-- The affected originals, the earliest first. The variables are of connected_originals.sql.
SELECT article_id, story_at
FROM core.article_events
SEMI JOIN affected_originals USING (article_id)
WHERE day BETWEEN getvariable('since') AND getvariable('until')
ORDER BY story_at, article_id;
