-- The new clusters of the affected articles; unchanged rows stay where they are.
DELETE FROM core.article_clusters WHERE article_id IN (SELECT article_id FROM affected_articles) AND article_id NOT IN (
  SELECT article_id FROM (FROM core.article_clusters INTERSECT SELECT * FROM new_clusters)
);
INSERT INTO core.article_clusters BY NAME FROM new_clusters ANTI JOIN core.article_clusters USING (article_id);
