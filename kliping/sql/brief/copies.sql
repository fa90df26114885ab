-- What other outlets copied most.
WITH top AS (
  SELECT
    cluster_id,
    count(*) AS n_copies,
    list_sort(list(DISTINCT source_name)) AS outlets
  FROM mart.copies
  WHERE NOT is_own
    AND mart.is_within(day, $since, $until)
    AND coalesce($source IN (source_name, lead_source_name), TRUE)
  GROUP BY cluster_id
  ORDER BY n_copies DESC, cluster_id
  LIMIT 5
)
SELECT
  a.headline AS what,
  t.n_copies,
  t.outlets,
  a.source_name,
  a.day,
  a.url,
  a.article_id,
  a.body_text,
  0 AS char_start,
  1 AS char_end
FROM top AS t
JOIN mart.articles AS a ON a.article_id = t.cluster_id
ORDER BY t.n_copies DESC, t.cluster_id;
