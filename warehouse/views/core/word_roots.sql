-- The possible roots of a lower-case Indonesian word, itself among them; none for short words. As
-- parsers/language/affixes.py.
CREATE OR REPLACE MACRO core.word_roots(word) AS
CASE
  WHEN regexp_full_match(word, '[a-z]{4,}') THEN list_distinct(list_filter(
    flatten(list_transform(
      [word, regexp_replace(word, '(lah|kah|pun|nya|ku|mu)$', '')],
      lambda stem: [stem] || flatten(list_transform(
        [ -- what follows a prefix, and the first letters that the root may have lost
          {'rest': '^(?:di|ke|se|be[rl]|ter|pe[rl])(.+)$', 'lost': ['']},
          {'rest': '^be(k[aiueo]r.*)$', 'lost': ['']},
          {'rest': '^pe([^aiueo].*)$', 'lost': ['']},
          {'rest': '^me([lrwy].*)$', 'lost': ['']},
          {'rest': '^[mp]em([bfv].*)$', 'lost': ['']},
          {'rest': '^[mp]en([cdjz].*)$', 'lost': ['']},
          {'rest': '^[mp]eng([gh].*)$', 'lost': ['']},
          {'rest': '^[mp]em([aiueo].*)$', 'lost': ['p', 'm']},
          {'rest': '^[mp]en([aiueo].*)$', 'lost': ['t', 'n']},
          {'rest': '^[mp]eny([aiueo].*)$', 'lost': ['s']},
          {'rest': '^[mp]eng([aiueo].*)$', 'lost': ['k', '']}
        ],
        lambda rule: CASE
          WHEN regexp_matches(stem, rule['rest']) THEN flatten(list_transform(
            rule['lost'],
            lambda letter: [
              letter || regexp_extract(stem, rule['rest'], 1),
              letter || regexp_replace(regexp_extract(stem, rule['rest'], 1), '(kan|an|i)$', '')
            ]
          ))
          ELSE []
        END
      ))
    )),
    lambda root: length(root) >= 4
  ))
  ELSE []
END;
