-- C08 warn: an article is not changed before it is published.
SELECT source_id, url, date_published, date_modified
FROM new_articles
WHERE date_modified < date_published;
