-- The sentences of an earlier text that are not in the current one, each with the articles of the same event that still
-- have it. Fewer than five words do not tell whose they are.
WITH sentences AS (
  SELECT unnest(string_split_regex($earlier::VARCHAR, '[.!?…][”"’»)]*\s+|\n+')) AS words
), gone AS (
  SELECT
    row_number() OVER () AS sentence_no,
    trim(regexp_replace(words, '\s+', ' ', 'g')) AS sentence
  FROM sentences
  WHERE len(string_split_regex(trim(words), '\s+')) >= 5
    AND NOT contains(
      regexp_replace($current::VARCHAR, '\s+', ' ', 'g'), trim(regexp_replace(words, '\s+', ' ', 'g'))
    )
), others AS (
  SELECT
    m.source_name,
    m.day,
    m.headline,
    m.article_id,
    m.url,
    regexp_replace(m.body_text, '\s+', ' ', 'g') AS words
  FROM mart.event_members AS e
  JOIN mart.event_members AS o ON o.event_id = e.event_id AND o.article_id <> e.article_id
  JOIN mart.articles AS m ON m.article_id = o.article_id
  WHERE e.article_id = $article
)
SELECT
  g.sentence_no,
  g.sentence,
  o.day,
  o.source_name,
  o.headline,
  o.article_id,
  o.url
FROM gone AS g
LEFT JOIN others AS o ON contains(o.words, g.sentence)
ORDER BY g.sentence_no, o.day, o.article_id;
