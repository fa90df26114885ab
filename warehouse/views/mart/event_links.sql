-- Events that belong to one story: the earlier and the later one. A link is no statement that the one caused the other.
CREATE OR REPLACE VIEW mart.event_links AS
WITH events AS (
  SELECT event_id, count(*) AS n, min(story_at) AS reported_at FROM core.article_events GROUP BY event_id
), pairs AS (
  SELECT least(a.event_id, b.event_id) AS one, greatest(a.event_id, b.event_id) AS other, sum(p.similarity) AS similarity
  FROM core.event_pairs AS p
  JOIN core.article_events AS a ON a.article_id = p.article_id
  JOIN core.article_events AS b ON b.article_id = p.earlier_id
  WHERE a.event_id <> b.event_id
  GROUP BY ALL
)
SELECT
  CASE WHEN (a.reported_at, a.event_id) < (b.reported_at, b.event_id) THEN a.event_id ELSE b.event_id END AS event_id,
    -- mart.events; the one that was reported first
  CASE WHEN (a.reported_at, a.event_id) < (b.reported_at, b.event_id) THEN b.event_id ELSE a.event_id END
    AS linked_event_id, -- mart.events; the other one
  CASE WHEN abs(date_diff('hour', a.reported_at, b.reported_at)) >= 12 THEN 'follow_up' ELSE 'same_scene' END AS kind,
    -- follow_up: first reported at least twelve hours later; same_scene: another side of what happened at one time
  round(similarity / (a.n * b.n), 3) AS similarity -- mean of their originals' likeness, 0 to 1
FROM pairs
JOIN events AS a ON a.event_id = one
JOIN events AS b ON b.event_id = other
WHERE similarity / (a.n * b.n) >= 0.25;
