-- Names by their words: which names are a part of another, or another spelling of it.
--
-- linked_names, linked_evidence: the names to link, and what all articles say of them
-- person_names: names of people, in lower case and without dots
-- name_parts: the names of which a part is another name; `extra`: the words that this one lacks
-- glued_words: a name whose last word begins as the last word of another; `extra`: the letters after it
-- other_spellings: two names that differ in one word
-- body_names: names of bodies; `company`: without PT and Tbk; `key`: also without RI, FC and what stands in brackets
-- body_gaps: names of bodies without one of their words
-- new_extras: keys of names with letters stuck to them; old_extras: as they were
-- asked_words: those of them that are not counted yet

CREATE OR REPLACE TEMP TABLE linked_names AS
FROM core.names WHERE rowid IN (SELECT rowid FROM core.names WHERE entity_id IN (FROM names_to_link));
CREATE OR REPLACE TEMP TABLE linked_evidence AS
FROM core.name_evidence
WHERE rowid IN (
  SELECT rowid FROM core.name_evidence
  WHERE entity_id IN (FROM names_to_link) AND kind IN ('also_called', 'office', 'role')
);
CREATE OR REPLACE TEMP TABLE person_names AS
SELECT entity_id, name, n_articles, n_acting, first_day, last_day, is_listed,
  name_key(name) AS key, string_split(key, ' ') AS words
FROM linked_names
WHERE kind = 'person';

CREATE OR REPLACE TEMP TABLE name_parts AS
WITH cuts AS (
  SELECT entity_id, words, unnest(range(1, len(words))) AS n FROM person_names WHERE len(words) BETWEEN 2 AND 8
), parts AS (
  SELECT entity_id, 'end' AS place, words[:n] AS part, words[n + 1:] AS extra FROM cuts
  UNION ALL
  SELECT entity_id, 'front', words[n + 1:], words[:n] FROM cuts
  UNION ALL
  SELECT entity_id, 'middle', [words[1], words[-1]], words[2:-2] FROM cuts WHERE n = 1 AND len(words) > 2
)
SELECT l.entity_id AS longer_id, p.place, p.extra, s.entity_id AS part_id
FROM parts AS p
JOIN person_names AS l USING (entity_id)
JOIN person_names AS s ON s.key = array_to_string(p.part, ' ')
WHERE length(p.part[1]) > 1 OR len(p.part) > 1;

CREATE OR REPLACE TEMP TABLE glued_words AS
WITH cuts AS (
  SELECT entity_id, key, contains(key, ' ') AS is_full, unnest(range(length(key) - 15, length(key) - 3)) AS n
  FROM person_names
  WHERE length(words[-1]) > 6
), ends AS (
  SELECT entity_id, TRUE AS is_full, key AS beginning FROM person_names WHERE len(words) > 1
  UNION ALL
  SELECT entity_id, FALSE, words[-1] FROM person_names WHERE len(words) > 1 AND length(words[-1]) > 4
)
SELECT c.entity_id AS longer_id, c.extra, s.entity_id AS part_id
FROM (SELECT *, left(key, n) AS beginning, substr(key, n + 1) AS extra FROM cuts) AS c
JOIN ends AS s USING (is_full, beginning)
WHERE left(c.extra, 1) <> ' ';

CREATE OR REPLACE TEMP TABLE other_spellings AS
WITH spelled AS (
  SELECT *, list_transform(words, lambda word: spelling(word)) AS spellings
  FROM person_names
  WHERE len(words) > 1 AND length(words[1]) > 1
), gaps AS (
  SELECT entity_id, i, spellings[i] AS spelling, words[i] AS word,
    list_concat(spellings[:i - 1], [''], spellings[i + 1:]) AS others
  FROM (SELECT *, unnest(range(1, len(words) + 1)) AS i FROM spelled)
  QUALIFY count(*) OVER (PARTITION BY i, others) > 1
), keys AS (
  -- the word, and the word without each of its letters: two words that differ in one letter have one of these in common
  SELECT *, unnest(list_append(
    CASE WHEN length(word) > 3 THEN list_transform(
      range(1, length(spelling) + 1), lambda j: left(spelling, j - 1) || substr(spelling, j + 1)
    ) END, spelling
  )) AS key
  FROM gaps
)
SELECT DISTINCT a.entity_id, b.entity_id AS other_id, a.spelling = b.spelling AS is_same,
  CASE WHEN a.spelling <> b.spelling THEN a.word END AS word,
  CASE WHEN a.spelling <> b.spelling THEN b.word END AS other_word, a.others
FROM keys AS a
JOIN keys AS b USING (i, others, key)
WHERE a.entity_id <> b.entity_id AND (
  a.spelling = b.spelling
  OR left(a.word, 1) = left(b.word, 1) AND least(length(a.word), length(b.word)) > 3
    AND damerau_levenshtein(a.spelling, b.spelling) = 1
);

CREATE OR REPLACE TEMP TABLE body_names AS
SELECT entity_id, name, n_articles, n_ruled, is_listed, company(name) AS company, body_key(name) AS key
FROM linked_names
WHERE kind = 'organization';
CREATE OR REPLACE TEMP TABLE body_gaps AS
SELECT entity_id, name, n_articles, is_listed, i, words[i] AS word,
  list_concat(words[:i - 1], [''], words[i + 1:]) AS others
FROM (
  SELECT *, unnest(range(1, len(words) + 1)) AS i
  FROM (SELECT *, string_split(lower(name), ' ') AS words FROM body_names)
)
WHERE length(words[i]) > 5 AND len(words) > 1;
-- what is stuck to names, and must be a word
CREATE OR REPLACE TEMP TABLE new_extras AS
SELECT DISTINCT longer_id AS entity_id, 'extra' AS kind, extra AS key, FALSE AS is_own,
  NULL::VARCHAR AS name, NULL::VARCHAR AS spelling
FROM glued_words
WHERE NOT contains(extra, ' ');
INSERT INTO lost_keys SELECT row_no, key FROM old_extras ANTI JOIN new_extras USING (entity_id, key);
INSERT INTO ops.name_keys FROM new_extras ANTI JOIN old_extras USING (entity_id, key);
CREATE OR REPLACE TEMP TABLE asked_words AS
SELECT key AS word FROM new_extras ANTI JOIN ops.name_words ON word = key GROUP BY key;
