-- affected_articles: articles whose cluster may be another one now: changed, of a changed week, or of the cluster of a
-- changed one; connected_articles.sql adds what pairs connect with those.
CREATE OR REPLACE TEMP TABLE affected_articles AS
SELECT article_id FROM changed_articles
UNION
SELECT DISTINCT article_id FROM core.article_shingles SEMI JOIN changed_weeks USING (week)
UNION
SELECT c.article_id FROM core.article_clusters AS c WHERE c.cluster_id IN (SELECT article_id FROM changed_articles);
