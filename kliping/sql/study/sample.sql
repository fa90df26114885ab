-- Rows of a study for people to judge: articles that the query finds and that it leaves out, and spans of its counts,
-- as many of each kind; the order says nothing of whether the query finds an article.
WITH candidates AS (
  SELECT 'query' AS subject, article_id, NULL::INTEGER AS char_start, NULL::INTEGER AS char_end,
    article_id IN (SELECT article_id FROM study_articles) AS is_found
  FROM study_scope
  WHERE $has_query
  UNION
  SELECT subject, article_id, char_start, char_end, TRUE
  FROM study_evidence
  WHERE char_start IS NOT NULL
), numbered AS (
  SELECT *, md5(concat_ws(' ', $seed, subject, article_id, char_start, char_end)) AS draw
  FROM candidates
  QUALIFY row_number() OVER (PARTITION BY subject, is_found ORDER BY draw)
    <= $n / (SELECT count(DISTINCT concat(subject, is_found)) FROM candidates)
)
SELECT concat(subject, ': ', concat_ws(' ', article_id, char_start, char_end)) AS row, subject, a.headline, a.body_text,
  char_start, char_end, a.url
FROM numbered
JOIN mart.articles AS a USING (article_id)
ORDER BY subject, draw;
