-- Articles that a query finds, the best match first (BM25 without inverse document frequency).
WITH matches AS (
  SELECT article_id, version_id, day, source_name, headline, url, is_cluster_lead, word_count / (SELECT avg(word_count) FROM core.article_versions) AS length, $hits AS hits
  FROM mart.articles
  SEMI JOIN mart.search($query) USING (version_id)
  WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
), best_matches AS (
  SELECT *, round(coalesce(list_sum(list_transform(hits, lambda n : 2.2 * n / (n + 1.2 * (0.25 + 0.75 * length)))), 0), 2) AS score
  FROM matches
  ORDER BY score DESC, day DESC, article_id
  LIMIT $limit
)
SELECT b.score, b.day, b.source_name, b.headline, NOT b.is_cluster_lead AS is_copy, b.url, b.article_id, v.body_text
FROM best_matches AS b
JOIN core.article_versions AS v USING (version_id)
ORDER BY score DESC, day DESC, article_id;
