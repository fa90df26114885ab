-- What of a query looks like an operator and is none here, of which a number would be wrong; NULL if there is nothing.
-- As kliping/reading/search.py.
CREATE OR REPLACE MACRO core.search_sign(query) AS
coalesce(
  nullif(
    regexp_extract(regexp_replace(query, '"[^"]*"', '""', 'g'), '(?:^|\s)(AND|OR|NOT|NEAR(?:/\d+)?)(?:$|\s)', 1), ''
  ),
  nullif(regexp_extract(regexp_replace(query, '"[^"]*"', '""', 'g'), '[()|~^]|&&|(?:^|\s)!\w|\w\?\w'), ''),
  nullif(regexp_extract(query, '[^\s"]*\*[^\s"]*'), '')
);
