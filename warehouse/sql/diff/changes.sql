-- What is otherwise after a load than before it: source, field, articles and rows, and three of them to look at.
WITH moved AS (
  SELECT *, FALSE AS is_new FROM (FROM before EXCEPT ALL FROM after)
  UNION ALL
  SELECT *, TRUE FROM (FROM after EXCEPT ALL FROM before)
), pairs AS (
  SELECT source_id, field, article_id, count(*) FILTER (NOT is_new) AS removed, count(*) FILTER (is_new) AS added,
    min(value) FILTER (NOT is_new) AS before, min(value) FILTER (is_new) AS after
  FROM moved
  GROUP BY ALL
), addresses AS (SELECT DISTINCT ON (article_id) article_id, value AS url FROM (FROM after UNION ALL FROM before) WHERE field = 'article' ORDER BY article_id, url)
SELECT source_id, field, count(*) AS articles, sum(removed)::BIGINT AS rows_removed, sum(added)::BIGINT AS rows_added,
  list({'url': url, 'before': before, 'after': after} ORDER BY article_id)[:3] AS samples
FROM pairs
JOIN addresses USING (article_id)
GROUP BY ALL
ORDER BY source_id, field;
