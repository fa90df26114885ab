-- The events become those that the texts have, by the first part of the articles' ids, not those that were found.
CREATE TEMP TABLE known AS
SELECT split_part(article_id, '/', 1) AS name, arg_min(article_id, story_at) AS event_id
FROM core.article_events
GROUP BY name;

UPDATE core.article_events SET event_id = known.event_id
FROM known
WHERE split_part(article_id, '/', 1) = known.name;

DELETE FROM core.event_pairs;

INSERT INTO core.event_pairs
SELECT y.day, y.article_id, x.article_id, 1
FROM core.article_events AS x
JOIN core.article_events AS y ON y.event_id = x.event_id AND y.story_at > x.story_at;
