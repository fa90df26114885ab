-- The conditions of all terms of a query: those of one word each by the word index, all at once, then the others.
CREATE OR REPLACE MACRO core.search_conditions(wanted, excluded, others) AS
array_to_string(
  list_transform(
    list_filter([wanted], lambda words: len(words) > 0),
    lambda words: concat('t.text_no IN (', core.search_texts(words, len(words)), ')')
  ) || list_transform(
    list_filter([excluded], lambda words: len(words) > 0),
    lambda words: concat('t.text_no NOT IN (', core.search_texts(words, 1), ')')
  ) || list_transform(
    others, lambda term: core.search_condition(term['is_wanted'], term['field'], term['is_word'], term['words'])
  ),
  ' AND '
);
