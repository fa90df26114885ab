-- The event of every article, copies too: a partial copy can be about another event than the text it is taken from.
CREATE OR REPLACE VIEW mart.event_members AS
SELECT
  c.article_id,
  e.event_id
FROM core.article_clusters AS c
JOIN core.article_events AS e
  ON e.article_id = CASE WHEN c.relation = 'partial' THEN c.article_id ELSE c.cluster_id END;
