-- The new clusters of the affected articles; unchanged rows stay where they are.
--
-- changed_clusters: articles whose row is another one, or gone; they are marked as changed for the steps that follow
CREATE OR REPLACE TEMP TABLE changed_clusters AS
SELECT article_id
FROM affected_articles
ANTI JOIN (FROM core.article_clusters SEMI JOIN affected_articles USING (article_id) INTERSECT FROM new_clusters)
  USING (article_id);
DELETE FROM core.article_clusters WHERE article_id IN (FROM changed_clusters);
INSERT INTO core.article_clusters BY NAME FROM new_clusters SEMI JOIN changed_clusters USING (article_id);
INSERT INTO ops.uncompared FROM changed_clusters ANTI JOIN ops.uncompared USING (article_id);
