-- The condition on ops.words of one word: in all its Indonesian forms, or as it is written.
CREATE OR REPLACE MACRO core.search_word(is_word, word) AS
concat(
  CASE WHEN is_word THEN '' ELSE concat('length(word) = ', length(word), ' AND ') END, -- a length is compared faster
  'regexp_full_match(word, ''', core.any_accents(CASE WHEN is_word THEN core.word_forms(word) ELSE word END), ''')'
);
