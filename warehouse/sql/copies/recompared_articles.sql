-- recompared_articles: the articles of some weeks whose pairs may be other ones: changed; of an outlet's week of which
-- one was changed or is gone; or with a shingle that became boilerplate by the changed ones.
INSERT INTO recompared_articles
WITH compared_weeks AS (
  SELECT unnest($weeks::DATE[]) AS week
), changed_shingles AS (
  SELECT shingle FROM core.article_shingles SEMI JOIN changed_articles USING (article_id)
  WHERE week IN (FROM compared_weeks)
), boilerplate AS (
  SELECT week, source_id, shingle
  FROM core.article_shingles
  WHERE week IN (FROM compared_weeks) AND shingle IN (FROM changed_shingles)
  GROUP BY ALL
  HAVING count(*) > 5 AND count(*) FILTER (article_id NOT IN (SELECT article_id FROM changed_articles)) <= 5
)
SELECT DISTINCT week, article_id
FROM core.article_shingles
WHERE week IN (FROM compared_weeks) AND (
  article_id IN (SELECT article_id FROM changed_articles)
  OR (week, source_id) IN (FROM changed_outlet_weeks)
  OR (week, source_id, shingle) IN (FROM boilerplate)
);
