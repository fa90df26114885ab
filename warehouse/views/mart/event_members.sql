-- The event of every article, copies too: a partial copy can be about another event than the text it is taken from. A
-- copy that came when its event was over is alone: the article is an event of its own.
CREATE OR REPLACE VIEW mart.event_members AS
SELECT
  c.article_id,
  if(c.story_at - f.story_at <= core.event_weights().longest, e.event_id, c.article_id) AS event_id
FROM core.article_clusters AS c
JOIN core.article_events AS e
  ON e.article_id = CASE WHEN c.relation = 'partial' THEN c.article_id ELSE c.cluster_id END
JOIN core.article_events AS f ON f.article_id = e.event_id;
