-- C26 warn: consecutive versions of an article share words of their headlines or a tenth of the words of their texts;
-- otherwise two articles may be merged.
WITH versions AS (
  SELECT article_id, version_no,
    list_distinct(regexp_extract_all(lower(coalesce(headline, '')), '\pL{4,}')) AS headline_words,
    list_distinct(regexp_extract_all(lower(body_text), '\pL{5,}')) AS words
  FROM core.article_versions
  WHERE article_id IN (SELECT article_id FROM new_articles WHERE n_versions > 1)
), pairs AS (
  SELECT article_id, version_no, headline_words, words,
    lag(headline_words) OVER w AS headline_words_before,
    lag(words) OVER w AS words_before
  FROM versions
  WINDOW w AS (PARTITION BY article_id ORDER BY version_no)
)
SELECT a.source_id, p.article_id, a.url, p.version_no
FROM pairs AS p
JOIN new_articles AS a USING (article_id)
WHERE p.words_before IS NOT NULL
  AND NOT list_has_any(p.headline_words, p.headline_words_before)
  AND 10 * len(list_intersect(p.words, p.words_before)) < least(len(p.words), len(p.words_before));
