-- Adds the articles that pairs connect with affected ones. It is repeated until it adds none: the pairs of the home are
-- looked through for the few affected articles, and not put into a table of their own as a recursive query does.
INSERT INTO affected_articles
SELECT other
FROM (
  SELECT earlier_id AS other FROM core.article_pairs WHERE article_id IN (FROM affected_articles)
  UNION
  SELECT article_id FROM core.article_pairs WHERE earlier_id IN (FROM affected_articles)
)
WHERE other NOT IN (FROM affected_articles);
