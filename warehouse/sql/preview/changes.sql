-- What a load changed: articles and rows by source and field, with three samples.
-- values_before, values_after: the field values before and after the load
WITH differences AS (
  SELECT *, FALSE AS is_new FROM (FROM values_before EXCEPT ALL FROM values_after)
  UNION ALL
  SELECT *, TRUE FROM (FROM values_after EXCEPT ALL FROM values_before)
), pairs AS (
  SELECT source_id, field, article_id, count(*) FILTER (NOT is_new) AS removed, count(*) FILTER (is_new) AS added,
    min(value) FILTER (NOT is_new) AS before, min(value) FILTER (is_new) AS after
  FROM differences
  GROUP BY ALL
), addresses AS (
  SELECT DISTINCT ON (article_id) article_id, value AS url
  FROM (FROM values_after UNION ALL FROM values_before)
  WHERE field = 'article'
  ORDER BY article_id, url
)
SELECT source_id, field, count(*) AS articles, sum(removed)::BIGINT AS rows_removed, sum(added)::BIGINT AS rows_added,
  list({'url': url, 'before': before, 'after': after} ORDER BY article_id)[:3] AS samples
FROM pairs
JOIN addresses USING (article_id)
GROUP BY ALL
ORDER BY source_id, field;
