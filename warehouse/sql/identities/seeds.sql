-- The names to link: the changed ones, and those of which a rule reads a count that changed.
--
-- changed_counts, asked_keys: of words.sql
-- names_left: the result
-- counts: those that are others, as they were and as they are
-- rarest: names with such words, and the fewest names that have one of them; rarest_keys: all their keys
-- crossing: of counts.sql

CREATE OR REPLACE TEMP TABLE names_left AS SELECT DISTINCT entity_id FROM changed_names;
CREATE OR REPLACE TEMP TABLE counts AS
SELECT word, n_names, least(n_names, n_names_before) AS fewest, greatest(n_names, n_names_before) AS most
FROM changed_counts
WHERE n_names <> n_names_before;
CREATE OR REPLACE TEMP TABLE rarest AS
SELECT k.entity_id, min(c.fewest) AS fewest
FROM asked_keys AS k
JOIN counts AS c ON c.word = k.key
WHERE k.kind IN ('word', 'given') AND length(k.key) > 2
GROUP BY k.entity_id;
CREATE OR REPLACE TEMP TABLE rarest_keys AS
FROM ops.name_keys
WHERE rowid IN (SELECT rowid FROM ops.name_keys WHERE entity_id IN (SELECT entity_id FROM rarest));
INSERT INTO names_left
WITH ranges AS (
  SELECT word, n_names AS fewest, n_names AS most FROM ops.name_words
  UNION ALL
  FROM (SELECT word, fewest, most FROM counts)
), alike AS (
  -- words that may have changed places with one that differs in a letter: of a few names any word may
  SELECT word FROM counts WHERE fewest > 0 AND most < 6
  UNION
  SELECT c.word
  FROM counts AS c
  JOIN ranges AS r ON left(r.word, 1) = left(c.word, 1) AND r.fewest <= c.most AND c.fewest <= r.most
  WHERE c.fewest > 0 AND c.most > 5 AND r.word <> c.word AND abs(length(r.word) - length(c.word)) < 8
    AND damerau_levenshtein(spelling(r.word), spelling(c.word)) < 2
), found AS (
  SELECT k.entity_id
  FROM asked_keys AS k
  JOIN changed_counts AS c ON c.word = k.key
  WHERE c.is_other AND k.kind IN ('word', 'given', 'extra')
  UNION
  SELECT r.entity_id
  FROM rarest AS r
  JOIN rarest_keys AS k USING (entity_id)
  JOIN ops.name_words AS w ON w.word = k.key
  WHERE k.kind IN ('word', 'given') AND length(k.key) > 2
  GROUP BY r.entity_id
  HAVING any_value(r.fewest) <= min(w.n_names)
  UNION
  SELECT k.entity_id FROM asked_keys AS k JOIN alike AS a ON a.word = k.key WHERE k.kind IN ('word', 'given')
  UNION
  SELECT k.entity_id
  FROM asked_keys AS k
  JOIN changed_counts AS c ON c.word = k.key
  WHERE k.kind IN ('spelled', 'word', 'given') AND length(c.word) > 4 AND (c.n_names = 2) <> (c.n_names_before = 2)
  UNION
  SELECT entity_id
  FROM core.article_names
  WHERE article_id IN (SELECT article_id FROM core.article_names SEMI JOIN crossing USING (entity_id))
)
FROM found ANTI JOIN names_left USING (entity_id);
