-- What a query finds, of all articles of every outlet and day: NULL where the outlet was not crawled. Add up before you
-- divide.
SELECT
  d.day,
  d.source_id,
  d.source_name,
  CASE WHEN d.is_crawled THEN coalesce(m.n_matching, 0) END AS n_matching,
  d.n_articles,
  CASE WHEN d.is_crawled THEN coalesce(m.n_words, 0) END AS n_words,
  CASE WHEN d.is_crawled THEN coalesce(m.n_originals, 0) END AS n_matching_originals,
  d.n_originals
FROM mart.outlet_days AS d
LEFT JOIN (
  SELECT f.source_id, f.day, count(*) AS n_matching, count(*) FILTER (f.is_cluster_lead) AS n_originals,
    sum(v.word_count)::BIGINT AS n_words
  FROM $articles AS f
  JOIN core.article_versions AS v USING (version_id)
  GROUP BY ALL
) AS m ON m.source_id = d.source_id AND m.day = d.day
