-- What changed names are looked up by. Names that a rule compares share such a key, and one of them is its own.
--
-- $ids, $kinds, $keys, $owns: keys that no SQL can tell
-- part_names, new_names, changed_evidence: of counts.sql
-- found_words: the words whose counts these names may change, and those that more or fewer articles write small
-- new_keys: all keys of these names; the old ones stay until names are linked
-- present_keys: both; row_no: of the old ones

CREATE OR REPLACE TEMP TABLE new_keys AS
WITH names AS (
  SELECT entity_id, kind, name, name_key(name) AS key, string_split(key, ' ') AS words
  FROM new_names
), people AS (
  SELECT *, list_filter(words, lambda word: length(word) > 1) AS long_words,
    list_transform(words, lambda word: spelling(word)) AS spellings
  FROM names
  WHERE kind IN ('person', 'unknown')
), bodies AS (
  SELECT *, string_split(lower(name), ' ') AS body_words,
    string_split(regexp_replace(lower(name), ' dan |/', '|'), '|') AS halves
  FROM names
  WHERE kind = 'organization'
), gaps AS (
  SELECT entity_id, body_words[i] AS word,
    array_to_string(list_concat(body_words[:i - 1], [''], body_words[i + 1:]), '|') AS others
  FROM (SELECT *, unnest(range(1, len(body_words) + 1)) AS i FROM bodies)
  WHERE len(body_words) > 1 AND length(body_words[i]) > 5
), firsts AS (
  SELECT *, unnest(range(1, len(words))) AS i FROM people
), pairs AS (
  SELECT entity_id, spellings[i] AS a, spellings[unnest(range(i + 1, len(words) + 1))] AS b FROM firsts
), word_uses AS (
  SELECT entity_id, unnest(list_distinct(words)) AS word, len(words) = 1 AS is_own FROM people
  UNION ALL
  -- initials are none of the words that another name must have
  SELECT entity_id, long_words[1], TRUE FROM people WHERE len(words) > 1 AND len(long_words) = 1
), keys AS (
  SELECT entity_id, 'name' AS kind, key, TRUE AS is_own FROM names
  UNION
  SELECT entity_id, 'name', name_key(value), kind = 'role'
  FROM changed_evidence
  WHERE kind IN ('also_called', 'role')
  UNION
  SELECT entity_id, 'name', name_key(unnest([form, 'pt ' || form])), FALSE
  FROM core.name_forms
  SEMI JOIN part_names USING (entity_id)
  UNION
  SELECT entity_id, if(word IN (FROM given_names), 'given', 'word'), word, is_own FROM word_uses
  UNION
  SELECT entity_id, 'spelled', unnest(list_filter(spellings, lambda word: NOT list_contains(words, word))), FALSE
  FROM people
  UNION
  -- names of two words have one of them in common, and the first letter of the other
  SELECT entity_id, 'variant', unnest([
    concat_ws(' ', 1, spellings[1], left(words[2], 1)), concat_ws(' ', 2, spellings[2], left(words[1], 1))
  ]), TRUE
  FROM people
  WHERE len(words) = 2
  UNION
  SELECT entity_id, 'pair', least(a, b) || ' ' || greatest(a, b), TRUE FROM pairs
  UNION
  -- a word that is stuck to a last name
  SELECT entity_id, 'start', left(words[-1], 5), len(words) = 1
  FROM people
  WHERE length(words[-1]) > CASE len(words) WHEN 1 THEN 6 ELSE 4 END
  UNION
  SELECT entity_id, 'name', name_key(unnest(list_append(if(len(halves) = 2, halves, []), company(name)))), FALSE
  FROM bodies
  UNION
  SELECT entity_id, 'body', body_key(name), TRUE FROM bodies
  UNION
  -- of two words that differ in one letter, the first two letters are the same or the last two
  SELECT entity_id, 'gap', others || unnest(['<' || left(word, 2), '>' || right(word, 2)]), TRUE FROM gaps
  UNION
  SELECT unnest($ids::VARCHAR[]), unnest($kinds::VARCHAR[]),
    unnest(list_transform($keys::VARCHAR[], lambda key: name_key(key))), unnest($owns::BOOLEAN[])
)
SELECT k.*, n.key AS name, array_to_string(p.spellings, ' ') AS spelling
FROM keys AS k
LEFT JOIN names AS n USING (entity_id)
LEFT JOIN people AS p USING (entity_id);
CREATE OR REPLACE TEMP TABLE present_keys AS
SELECT rowid AS row_no, * FROM ops.name_keys
WHERE rowid IN (SELECT rowid FROM ops.name_keys WHERE entity_id IN (FROM part_names));
INSERT INTO ops.name_keys FROM new_keys ANTI JOIN present_keys USING (entity_id, kind, key, is_own);
INSERT INTO present_keys BY NAME FROM new_keys SEMI JOIN part_names USING (entity_id);
INSERT INTO lost_keys
SELECT row_no, key FROM present_keys ANTI JOIN new_keys USING (entity_id, kind, key, is_own)
WHERE row_no IS NOT NULL AND kind <> 'extra';
INSERT INTO found_words
SELECT key FROM present_keys WHERE kind IN ('word', 'given', 'extra')
UNION ALL
SELECT key FROM present_keys SEMI JOIN ops.name_words ON word = key
WHERE kind = 'name' AND NOT contains(key, ' ');
