-- The names that share a key with those to link, directly or through others; of words, only if the names are akin.
INSERT INTO names_to_link
WITH RECURSIVE reached AS (
  SELECT entity_id FROM names_to_link
  UNION
  SELECT k.entity_id
  FROM reached AS r
  JOIN ops.name_keys AS s ON s.entity_id = r.entity_id
  JOIN ops.name_keys AS k ON k.kind = s.kind AND k.key = s.key
  WHERE (s.is_own OR k.is_own) AND k.entity_id <> s.entity_id AND CASE
    WHEN s.kind IN ('name', 'body', 'office') THEN TRUE
    WHEN s.kind IN ('given', 'spelled', 'extra') THEN FALSE
    WHEN s.kind = 'gap' THEN damerau_levenshtein(s.name, k.name) < 3
    ELSE damerau_levenshtein(s.spelling, k.spelling) < 2 OR is_longer(s.name, k.name) OR is_longer(k.name, s.name)
  END
)
SELECT entity_id FROM reached ANTI JOIN names_to_link USING (entity_id);
