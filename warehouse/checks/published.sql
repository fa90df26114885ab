-- C07 warn: an article is published after 1994, and no later than an hour after it was read.
SELECT source_id, url, date_published, first_seen_at
FROM new_articles
WHERE date_published > first_seen_at + INTERVAL 1 HOUR OR date_published < TIMESTAMP '1995-01-01';
