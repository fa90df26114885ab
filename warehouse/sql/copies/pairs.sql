-- The pairs of the recompared articles of some weeks, with articles of the weeks before and after, too. What an outlet
-- repeats in more than five articles of a week is boilerplate. Of other articles only those shingles are looked at that
-- a recompared one has, and all of the few that share some.
--
-- Without temporary tables: those that are dropped take memory until the transaction ends.

INSERT INTO core.article_pairs
WITH compared AS (
  FROM recompared_articles WHERE list_contains($weeks::DATE[], week)
), near_weeks AS (
  SELECT DISTINCT week + weeks_after::INTEGER * 7 AS week FROM compared, range(-1, 2) AS r (weeks_after)
), near_shingles AS MATERIALIZED (
  SELECT s.week, s.article_id, s.shingle
  FROM core.article_shingles AS s
  WHERE s.week IN (FROM near_weeks)
    AND s.shingle IN (SELECT shingle FROM core.article_shingles SEMI JOIN compared USING (week, article_id))
  QUALIFY count(*) OVER (PARTITION BY s.week, s.source_id, s.shingle) <= 5
), shared_shingles AS MATERIALIZED (
  SELECT x.article_id AS one, y.article_id AS other, count(*) AS n
  FROM near_shingles AS x
  JOIN near_shingles AS y
    ON y.shingle = x.shingle AND y.article_id <> x.article_id AND y.week BETWEEN x.week - 7 AND x.week + 7
  LEFT JOIN recompared_articles AS r ON r.article_id = y.article_id
  WHERE x.article_id IN (SELECT article_id FROM compared)
    -- a pair of two recompared articles is found once
    AND (r.article_id IS NULL OR (y.week, y.article_id) > (x.week, x.article_id))
  GROUP BY ALL HAVING count(*) >= 4
), sharing_articles AS (
  SELECT DISTINCT unnest([one, other]) AS article_id FROM shared_shingles
), all_shingles AS (
  SELECT s.article_id
  FROM core.article_shingles AS s
  WHERE s.week IN (FROM near_weeks)
    AND s.shingle IN (
      SELECT shingle FROM core.article_shingles SEMI JOIN sharing_articles USING (article_id)
      WHERE week IN (FROM near_weeks)
    )
  QUALIFY count(*) OVER (PARTITION BY s.week, s.source_id, s.shingle) <= 5
), article_sizes AS MATERIALIZED (
  -- the shingles of each article, and its place in the order of time
  SELECT n.article_id, n.n,
    {'at': coalesce(a.date_published, a.first_seen_at), 'seen_at': a.first_seen_at, 'id': a.article_id} AS place
  FROM (SELECT article_id, count(*) AS n FROM all_shingles GROUP BY ALL) AS n
  SEMI JOIN sharing_articles USING (article_id)
  JOIN core.articles AS a USING (article_id)
)
SELECT
  CASE WHEN x.place > y.place THEN x.article_id ELSE y.article_id END,
  CASE WHEN x.place > y.place THEN y.article_id ELSE x.article_id END,
  s.n, s.n / (x.n + y.n - s.n), s.n / least(x.n, y.n)
FROM shared_shingles AS s
JOIN article_sizes AS x ON x.article_id = s.one
JOIN article_sizes AS y ON y.article_id = s.other
WHERE s.n / (x.n + y.n - s.n) >= 0.5 OR s.n / least(x.n, y.n) >= 0.5;
