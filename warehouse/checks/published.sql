-- C07 warn: a story is published neither before 1995 nor an hour and more after it was read.
SELECT source_id, url, date_published, first_seen_at
FROM new_articles
WHERE date_published > first_seen_at + INTERVAL 1 HOUR OR date_published < TIMESTAMP '1995-01-01';
