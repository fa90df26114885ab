-- Adds the names that share a key with those found last; of words, only if the names are akin. It is repeated until it
-- adds none: a recursive query reads all keys whole, this one looks for some ids and some keys.
--
-- reached: the names found last; before the first time those to link
-- reached_keys: what they are looked up by
CREATE OR REPLACE TEMP TABLE reached_keys AS
SELECT rowid AS row_no, * FROM ops.name_keys
WHERE rowid IN (SELECT rowid FROM ops.name_keys WHERE entity_id IN (FROM reached));
INSERT INTO old_extras SELECT row_no, entity_id, key FROM reached_keys WHERE kind = 'extra';
CREATE OR REPLACE TEMP TABLE reached AS
WITH shared_keys AS MATERIALIZED (
  FROM ops.name_keys
  WHERE rowid IN (
    SELECT rowid
    FROM ops.name_keys
    WHERE key IN (SELECT key FROM reached_keys WHERE kind NOT IN ('given', 'spelled', 'extra'))
  )
), others AS MATERIALIZED (  -- before any two names are compared
  FROM shared_keys ANTI JOIN names_to_link USING (entity_id)
)
SELECT DISTINCT k.entity_id
FROM reached_keys AS s
JOIN others AS k ON k.kind = s.kind AND k.key = s.key
WHERE (s.is_own OR k.is_own) AND CASE
  WHEN s.kind IN ('name', 'body', 'office') THEN TRUE
  WHEN s.kind IN ('given', 'spelled', 'extra') THEN FALSE
  WHEN s.kind = 'gap' THEN damerau_levenshtein(s.name, k.name) < 3
  ELSE damerau_levenshtein(s.spelling, k.spelling) < 2 OR is_longer(s.name, k.name) OR is_longer(k.name, s.name)
END;
INSERT INTO names_to_link FROM reached;
