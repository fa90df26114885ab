-- The SQL that finds by the word index the texts with at least so many of some terms of one word each: one join for all
-- of them.
CREATE OR REPLACE MACRO core.search_texts(terms, at_least) AS
CASE
  WHEN len(terms) = 1 THEN concat(
    'SELECT unnest(text_nos) FROM ops.word_postings SEMI JOIN (FROM ops.words WHERE ',
    core.search_word(terms[1]['is_word'], terms[1]['words'][1]), ') USING (word_id)'
  )
  ELSE concat(
    'SELECT text_no FROM (SELECT DISTINCT n, unnest(text_nos) AS text_no FROM ops.word_postings ',
    'JOIN (SELECT word_id, unnest(list_filter([',
    array_to_string(
      list_transform( -- noqa: LT01
        terms,
        lambda term, n: concat('CASE WHEN ', core.search_word(term['is_word'], term['words'][1]), ' THEN ', n, ' END')
      ),
      ', '
    ),
    '], lambda n: n IS NOT NULL)) AS n FROM ops.words) USING (word_id)) GROUP BY text_no HAVING count(*) >= ', at_least
  )
END;
