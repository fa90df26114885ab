-- affected_articles: articles whose cluster may be another one now: changed, of a changed week, or connected with those
-- by pairs.
CREATE OR REPLACE TEMP TABLE affected_articles AS
WITH RECURSIVE neighbours AS (
  SELECT article_id AS one, earlier_id AS other FROM core.article_pairs
  UNION ALL
  SELECT earlier_id, article_id FROM core.article_pairs
), reached_articles AS (
  SELECT article_id FROM changed_articles
  UNION
  SELECT DISTINCT article_id FROM core.article_shingles SEMI JOIN changed_weeks USING (week)
  UNION
  SELECT c.article_id FROM core.article_clusters AS c WHERE c.cluster_id IN (SELECT article_id FROM changed_articles)
  UNION
  SELECT n.other FROM reached_articles JOIN neighbours AS n ON n.one = reached_articles.article_id
)
SELECT article_id FROM reached_articles;
