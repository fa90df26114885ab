-- How names are compared, and the lists that say what a word is: given_names and places.

CREATE OR REPLACE TEMP TABLE given_names AS SELECT unnest($given::VARCHAR[]) AS word;
CREATE OR REPLACE TEMP TABLE places AS SELECT unnest($places::VARCHAR[]) AS word;
CREATE OR REPLACE TEMP MACRO without_doubles(letters) AS array_to_string(list_transform(
  range(1, len(letters) + 1), lambda i: CASE WHEN letters[i] IS DISTINCT FROM letters[i - 1] THEN letters[i] ELSE '' END
), '');
-- what the old and the new spelling of a word have in common; most words are as they are
CREATE OR REPLACE TEMP MACRO spelling(word) AS CASE
  WHEN NOT regexp_matches(
    word, '[^a-z]|^m|oe|dj|tj|ph|aa|bb|cc|dd|ee|ff|gg|hh|ii|jj|kk|ll|mm|nn|oo|pp|qq|rr|ss|tt|uu|vv|ww|xx|yy|zz'
  ) THEN word
  WHEN regexp_full_match(word, 'm|mo?u?c?h|m[ou]c?ham+ad') THEN 'muhammad'
  ELSE without_doubles(string_split(replace(replace(replace(replace(replace(
    strip_accents(word), '''', ''), 'oe', 'u'), 'dj', 'j'), 'tj', 'c'), 'ph', 'f'), ''))
END;
-- in lower case and without dots
CREATE OR REPLACE TEMP MACRO name_key(name) AS
  trim(regexp_replace(translate(lower(name), '.,-’‘`', '   '''''''), ' +', ' ', 'g'));
-- the name of a body without PT and Tbk; and also without RI, FC and what stands in brackets
CREATE OR REPLACE TEMP MACRO bare_body(name) AS regexp_replace(name, '(?:,? \(?Persero\)?| Tbk\.?| TBK)+$', '');
CREATE OR REPLACE TEMP MACRO company(name) AS lower(regexp_replace(bare_body(name), '^(?:PT|CV)\.? ', ''));
CREATE OR REPLACE TEMP MACRO national_body(name) AS CASE
  WHEN name LIKE 'Kementerian %' THEN regexp_replace(bare_body(name), '(?: Republik)? Indonesia$', '')
  ELSE bare_body(name)
END;
CREATE OR REPLACE TEMP MACRO body_key(name) AS regexp_replace(lower(regexp_replace(regexp_replace(
  national_body(name), '(?:,? \([^)]*\)| R\.?I\.?| Republik Indonesia| FC)+$', ''
), '^(?:PT|CV)\.? ', '')), '[^\pL\pN]', '', 'g');
-- all words of a name but initials are another's, or it begins as that one does; of one word, as its last word does
CREATE OR REPLACE TEMP MACRO is_longer(long, short) AS
  list_has_all(string_split(long, ' '), list_filter(string_split(short, ' '), lambda word: length(word) > 1))
  OR starts_with(long, if(contains(long, ' '), short, string_split(short, ' ')[-1]));
