-- The sentences of an earlier text that are not in the current one, each with the articles of the same event that still
-- have it. Outlets set the same words in marks of their own, so only words and numbers are compared. Fewer than five
-- do not tell whose they are.
WITH sentences AS (
  SELECT unnest(string_split_regex($earlier::VARCHAR, '[.!?…][”"’»)]*\s+|\n+')) AS sentence
), folded AS (
  SELECT
    row_number() OVER () AS sentence_no,
    trim(regexp_replace(sentence, '\s+', ' ', 'g')) AS sentence,
    ' ' || trim(lower(regexp_replace(sentence, '[^\pL\pN]+', ' ', 'g'))) || ' ' AS words
  FROM sentences
), gone AS (
  SELECT sentence_no, sentence, words
  FROM folded
  WHERE len(string_split(words, ' ')) >= 7
    AND NOT contains(' ' || lower(regexp_replace($current::VARCHAR, '[^\pL\pN]+', ' ', 'g')) || ' ', words)
), others AS (
  SELECT
    m.source_name,
    m.day,
    m.headline,
    m.article_id,
    m.url,
    ' ' || lower(regexp_replace(m.body_text, '[^\pL\pN]+', ' ', 'g')) || ' ' AS words
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
LEFT JOIN others AS o ON contains(o.words, g.words)
ORDER BY g.sentence_no, o.day, o.article_id;
