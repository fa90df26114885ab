-- Every story whose cluster may be another one now: what is changed or of a touched week, and all that pairs lead to from there.
CREATE OR REPLACE TEMP TABLE affected AS
WITH RECURSIVE neighbours AS (
  SELECT article_id AS one, earlier_id AS other FROM core.article_pairs
  UNION ALL
  SELECT earlier_id, article_id FROM core.article_pairs
), reached AS (
  SELECT article_id FROM changed
  UNION
  SELECT DISTINCT article_id FROM core.article_shingles SEMI JOIN touched USING (week)
  UNION
  SELECT c.article_id FROM core.article_clusters AS c WHERE c.cluster_id IN (SELECT article_id FROM changed)
  UNION
  SELECT n.other FROM reached JOIN neighbours AS n ON n.one = reached.article_id
)
SELECT article_id FROM reached;
