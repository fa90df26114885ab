-- The pairs with an article of the week, compared again. What an outlet repeats in more than five articles of a week is
-- boilerplate.
--
-- Without temporary tables: those that are dropped take memory until the transaction ends.

DELETE FROM core.article_pairs
WHERE article_id IN (SELECT article_id FROM core.article_shingles WHERE week = getvariable('week'))
  OR earlier_id IN (SELECT article_id FROM core.article_shingles WHERE week = getvariable('week'));
INSERT INTO core.article_pairs
WITH week_shingles AS MATERIALIZED (
  -- the shingles of the week and of those before and after it
  SELECT s.week, s.source_id, s.article_id, s.shingle
  FROM core.article_shingles AS s
  WHERE s.week BETWEEN getvariable('week') - 7 AND getvariable('week') + 7
  QUALIFY count(*) OVER (PARTITION BY s.week, s.source_id, s.shingle) <= 5
), article_sizes AS MATERIALIZED (
  -- the shingles of each article, and its place in the order of time
  SELECT n.article_id, n.n,
    {'at': coalesce(a.date_published, a.first_seen_at), 'seen_at': a.first_seen_at, 'id': a.article_id} AS place
  FROM (SELECT article_id, count(*) AS n FROM week_shingles GROUP BY ALL) AS n
  JOIN core.articles AS a USING (article_id)
), shared_shingles AS (
  SELECT x.article_id AS one, y.article_id AS other, count(*) AS n
  FROM week_shingles AS x
  JOIN week_shingles AS y
    ON y.shingle = x.shingle AND y.article_id <> x.article_id AND (y.week <> x.week OR y.article_id > x.article_id)
  WHERE x.week = getvariable('week')
  GROUP BY ALL HAVING count(*) >= 4
)
SELECT
  CASE WHEN x.place > y.place THEN x.article_id ELSE y.article_id END,
  CASE WHEN x.place > y.place THEN y.article_id ELSE x.article_id END,
  s.n, s.n / (x.n + y.n - s.n), s.n / least(x.n, y.n)
FROM shared_shingles AS s
JOIN article_sizes AS x ON x.article_id = s.one
JOIN article_sizes AS y ON y.article_id = s.other
WHERE s.n / (x.n + y.n - s.n) >= 0.5 OR s.n / least(x.n, y.n) >= 0.5;
