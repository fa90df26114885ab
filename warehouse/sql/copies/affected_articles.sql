-- affected_articles: articles whose cluster may be another one now: changed, compared again, or of the cluster of such
-- an article; connected_articles.sql adds what pairs connect with those.
--
-- The pairs of the articles that are compared again are removed.

CREATE OR REPLACE TEMP TABLE affected_articles AS
SELECT article_id FROM changed_articles
UNION
SELECT article_id FROM recompared_articles;
DELETE FROM core.article_pairs WHERE article_id IN (FROM affected_articles) OR earlier_id IN (FROM affected_articles);
INSERT INTO affected_articles
SELECT article_id
FROM core.article_clusters
WHERE cluster_id IN (FROM affected_articles) AND article_id NOT IN (FROM affected_articles);
