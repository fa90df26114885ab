-- Indexes the due texts of a range of numbers. Texts are cut at blanks first, which is fast; only the distinct pieces
-- are then cut into words.
--
-- new_words: the words of these texts, with the number of a text for each time that it has the word

CREATE OR REPLACE TEMP TABLE new_words AS
WITH texts AS MATERIALIZED (
  SELECT version_id, concat_ws(' ', headline, body_text) AS text
  FROM core.article_versions
  WHERE rowid IN (
    SELECT rowid
    FROM core.article_versions
    WHERE article_id IN (SELECT article_id FROM due_texts WHERE text_no BETWEEN $first AND $last)
  )
), pieces AS (
  SELECT text_no, unnest(string_split(replace(text, chr(10), ' '), ' ')) AS piece
  FROM due_texts
  JOIN texts USING (version_id)
  WHERE text_no BETWEEN $first AND $last
), distinct_pieces AS (
  SELECT piece, list(text_no) AS text_nos FROM pieces GROUP BY piece
), words AS (
  SELECT unnest(string_split_regex(lower(piece), '[^\pL\pN]+')) AS word, text_nos FROM distinct_pieces
)
SELECT word, flatten(list(text_nos)) AS text_nos FROM words WHERE word <> '' GROUP BY word;
INSERT INTO ops.words
SELECT ((SELECT coalesce(max(word_id), 0) FROM ops.words) + row_number() OVER ())::INTEGER, word
FROM new_words
ANTI JOIN ops.words USING (word);
INSERT INTO ops.word_postings
SELECT word_id, text_nos FROM new_words JOIN ops.words USING (word) ORDER BY word_id;
INSERT INTO ops.word_texts FROM due_texts WHERE text_no BETWEEN $first AND $last;
