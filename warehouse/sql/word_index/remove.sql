-- Takes the removed texts out of the index, and the words that no other text has.
--
-- affected_postings: rows that name a removed text
-- postings_left: what is left of them

CREATE OR REPLACE TEMP TABLE affected_postings AS
SELECT DISTINCT row_no
FROM (SELECT rowid AS row_no, unnest(text_nos) AS text_no FROM ops.word_postings)
SEMI JOIN removed_texts USING (text_no);
CREATE OR REPLACE TEMP TABLE postings_left AS
SELECT word_id, list(text_no) AS text_nos
FROM (SELECT word_id, unnest(text_nos) AS text_no FROM ops.word_postings WHERE rowid IN (FROM affected_postings))
ANTI JOIN removed_texts USING (text_no)
GROUP BY word_id;
DELETE FROM ops.word_postings WHERE rowid IN (FROM affected_postings);
INSERT INTO ops.word_postings FROM postings_left ORDER BY word_id;
DELETE FROM ops.words WHERE word_id NOT IN (SELECT word_id FROM ops.word_postings);
DELETE FROM ops.word_texts WHERE text_no IN (FROM removed_texts);
