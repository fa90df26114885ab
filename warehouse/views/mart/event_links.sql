-- Events that belong to one story: their originals are alike, and they name a person in common; or a body or a place,
-- if two of the originals are as alike as those of one event. A link is no statement that the one caused the other.
-- Found by rules, and can be wrong.
CREATE OR REPLACE VIEW mart.event_links AS
WITH originals AS (
  SELECT event_id, count(*) AS n FROM core.article_events GROUP BY event_id
), pairs AS (
  SELECT a.event_id AS one, b.event_id AS other, p.similarity
  FROM core.event_pairs AS p
  JOIN core.article_events AS a ON a.article_id = p.article_id
  JOIN core.article_events AS b ON b.article_id = p.earlier_id
  WHERE a.event_id <> b.event_id
), similar_events AS (
  SELECT least(one, other) AS one, greatest(one, other) AS other,
    sum(similarity) / (any_value(x.n) * any_value(y.n)) AS mean, max(similarity) AS highest
  FROM pairs
  JOIN originals AS x ON x.event_id = one
  JOIN originals AS y ON y.event_id = other
  GROUP BY ALL
  HAVING mean >= core.event_weights().same_story
)
SELECT
  CASE WHEN (a.reported_at, one) < (b.reported_at, other) THEN one ELSE other END AS event_id, -- mart.events; the one
    -- that was reported first
  CASE WHEN (a.reported_at, one) < (b.reported_at, other) THEN other ELSE one END AS linked_event_id, -- mart.events;
    -- the other one
  CASE
    WHEN abs(date_diff('minute', a.reported_at, b.reported_at)) >= 720 THEN 'follow_up'
    WHEN a.kind = b.kind THEN 'same_scene'
    ELSE 'same_story'
  END AS kind, -- follow_up: first reported at least twelve hours later; same_scene: sooner, and of the same kind, such
    -- as two sides of one match; same_story: sooner, such as a reaction
  round(mean, 3) AS similarity -- mean likeness of an original of the one and an original of the other, 0.2 to 1
FROM similar_events
JOIN mart.events AS a ON a.event_id = one
JOIN mart.events AS b ON b.event_id = other
WHERE list_has_any(a.people, b.people)
  OR highest >= core.event_weights().same_event
  AND (list_has_any(a.organizations, b.organizations) OR a.kemendagri_code = b.kemendagri_code);
