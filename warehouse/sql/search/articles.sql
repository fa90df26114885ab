-- The articles that a query finds (warehouse/read/search_sql.py). Each of its words has a bit.
--
-- found_words: the words of the index that are meant
-- found_texts: which of them a text has

WITH found_words AS (
  SELECT word_id, bits FROM (SELECT word_id, $bits AS bits FROM ops.words) WHERE bits <> 0
), found_texts AS MATERIALIZED (
  SELECT text_no, bit_or(bits) AS bits
  FROM (SELECT bits, unnest(text_nos) AS text_no FROM ops.word_postings JOIN found_words USING (word_id))
  GROUP BY text_no
)
SELECT a.article_id, version_id, a.day, a.source_id, a.source_name, a.is_cluster_lead
FROM ops.word_texts AS t
LEFT JOIN found_texts AS w USING (text_no)
JOIN $articles AS a USING (version_id)
WHERE $condition
