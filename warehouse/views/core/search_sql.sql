-- The SQL that finds the articles of a query of `kliping search`; its words are in it as letters and digits only.
CREATE OR REPLACE MACRO core.search_sql(query) AS
list_transform([core.search_terms(query)], lambda terms: concat(
  'SELECT a.article_id, version_id, a.day, a.source_id, a.source_name, a.is_cluster_lead ',
  'FROM ops.word_texts AS t JOIN ',
  -- what is counted by is smaller, where no term asks for more
  CASE
    WHEN len(list_filter(terms, lambda term: term['field'] IN ('headline', 'author', 'section', 'tag'))) > 0
      THEN 'mart.article_metadata'
    ELSE 'mart.article_days'
  END,
  ' AS a USING (version_id) WHERE ',
  CASE
    WHEN length(regexp_replace(query, '[^"]', '', 'g')) % 2 = 1
      THEN error('a quotation mark is open: close the phrase with a second one')
    WHEN core.search_sign(query) IS NOT NULL
      THEN error(core.search_sign(query) || ' means nothing in a query: all terms must occur, and -word excludes')
    WHEN len(list_filter(terms, lambda term: term['is_wanted'])) = 0
      THEN error('nothing to search for: give a word, a "phrase" or field:word')
    WHEN len(terms) > 20 THEN error('a query has at most 20 terms, not ' || len(terms))
    ELSE core.search_conditions(
      list_filter(terms, lambda term: term['is_wanted'] AND term['field'] = 'text' AND len(term['words']) = 1),
      list_filter(terms, lambda term: NOT term['is_wanted'] AND term['field'] = 'text' AND len(term['words']) = 1),
      list_filter(terms, lambda term: term['field'] <> 'text' OR len(term['words']) > 1)
    )
  END
))[1];
