-- The SQL that finds the articles of a query of `kliping search`; its words are in it as letters and digits only.
CREATE OR REPLACE MACRO core.search_sql(query) AS
concat(
  'SELECT a.article_id, version_id, a.day, a.source_id, a.source_name, a.is_cluster_lead FROM ops.word_texts AS t JOIN ',
  -- what is counted by is smaller, where no term asks for more
  CASE
    WHEN len(list_filter(core.search_terms(query), lambda term : term['field'] IN ('headline', 'author', 'section', 'tag'))) > 0 THEN 'core.article_metadata'
    ELSE 'core.article_days'
  END,
  ' AS a USING (version_id) WHERE ',
  CASE
    WHEN length(regexp_replace(query, '[^"]', '', 'g')) % 2 = 1 THEN error('a quotation mark is open: close the phrase with a second one')
    WHEN len(list_filter(core.search_terms(query), lambda term : term['is_wanted'])) = 0 THEN error('nothing to search for: give a word, a "phrase" or field:word')
    ELSE array_to_string(list_transform(core.search_terms(query), lambda term : core.search_condition(term['is_wanted'], term['field'], term['is_word'], term['words'])), ' AND ')
  END
);
