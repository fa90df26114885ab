-- The terms of a query of `kliping search`, each once: whether each is excluded, its field, its words, and whether it
-- matches in all forms.
CREATE OR REPLACE MACRO core.search_terms(query) AS
list_distinct(list_filter(
  list_transform(
    list_transform(
      regexp_extract_all(query, '-?(?:[A-Za-z]+:)?(?:"[^"]*"?|[^\s"]+)'),
      lambda term: regexp_extract(
        term, '^(-)?(?:([A-Za-z]+):)?(?:"([^"]*)"?|([^\s"]+))$', ['no', 'field', 'phrase', 'word']
      )
    ),
    lambda term: {
      'is_wanted': term['no'] = '',
      'field': coalesce(nullif(lower(term['field']), ''), 'text'),
      'is_word': term['word'] <> '',
      'words': regexp_extract_all(strip_accents(lower(term['phrase'] || term['word'])), '[\pL\pN]+')
    }
  ),
  lambda term: len(term['words']) > 0
));
