-- The address of each article, and the original that its event is found by: a copy is of the event of its original.
SELECT m.url, e.article_id, e.event_id, e.story_at
FROM core.article_clusters AS c
JOIN core.article_events AS e
  ON e.article_id = CASE WHEN c.relation = 'partial' THEN c.article_id ELSE c.cluster_id END
JOIN mart.article_metadata AS m ON m.article_id = c.article_id
ORDER BY e.story_at, e.article_id, m.url;
