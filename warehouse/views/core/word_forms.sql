-- A pattern for a lower-case word without accents and for all Indonesian words of its roots. As
-- parsers/language/affixes.py.
CREATE OR REPLACE MACRO core.word_forms(word) AS
array_to_string([word] || list_transform(
  core.word_roots(word),
  lambda root: concat(
    CASE WHEN root[1] IN ('k', 't', 'p', 's') THEN '(?:' ELSE '' END,
    '(?:be(?:r|l)?|te(?:r|l)?|pe(?:r|l|m|n)?|pen(?:g|y)|penge|me(?:m|n)|men(?:g|y)|menge|di|ke|se){0,2}', root[1],
    CASE
      WHEN root[1] IN ('k', 't', 'p', 's') THEN concat(
        '|(?:(?:be(?:r|l)?|te(?:r|l)?|pe(?:r|l|m|n)?|pen(?:g|y)|penge|me(?:m|n)|men(?:g|y)|menge|di|ke|se)?(?:m|p)e)',
        CASE root[1] WHEN 'k' THEN 'ng' WHEN 't' THEN 'n' WHEN 'p' THEN 'm' ELSE 'ny' END, ')'
      )
      ELSE ''
    END,
    root[2:], '(?:kan|an|i|nya|lah|kah|pun|ku|mu){0,2}'
  )
), '|');
