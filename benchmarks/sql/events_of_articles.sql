-- The event of each article; a copy is of the event of its original.
SELECT c.article_id, e.event_id
FROM core.article_clusters AS c
JOIN core.article_events AS e
  ON e.article_id = CASE WHEN c.relation = 'partial' THEN c.article_id ELSE c.cluster_id END;
