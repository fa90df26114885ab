-- Articles that a query finds, the best match first (BM25 without inverse document frequency). Of more than $ranked the
-- latest are ranked.
WITH matches AS (
  SELECT article_id, version_id, day
  FROM found_articles
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
  ORDER BY day DESC, article_id
  LIMIT $ranked
), texts AS MATERIALIZED (
  SELECT version_id, headline, body_text, word_count
  FROM mart.article_versions
  -- by their rows, so that no others are read
  WHERE version_row IN (SELECT v.version_row FROM mart.article_versions AS v SEMI JOIN matches USING (version_id))
), scores AS (
  SELECT m.article_id, m.day, t.version_id, t.body_text,
    t.word_count / (SELECT avg(word_count) FROM mart.article_versions) AS length, $hits AS hits
  FROM matches AS m
  JOIN texts AS t USING (version_id)
), best_matches AS (
  SELECT article_id, day, body_text,
    round(
      coalesce(list_sum(list_transform(hits, lambda n: 2.2 * n / (n + 1.2 * (0.25 + 0.75 * length)))), 0), 2
    ) AS score
  FROM scores
  ORDER BY score DESC, day DESC, article_id
  LIMIT $limit OFFSET $offset
)
SELECT b.score, b.day, m.source_name, m.headline, NOT m.is_cluster_lead AS is_copy, m.url, b.article_id, b.body_text
FROM best_matches AS b
JOIN mart.article_metadata AS m USING (article_id)
ORDER BY b.score DESC, b.day DESC, b.article_id;
