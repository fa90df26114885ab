-- Names that have the words, then names of people in an office of these words, then those that are similar, or have a
-- similar word.
WITH names AS (
  SELECT
    name,
    n,
    CASE
      WHEN contains(strip_accents(lower(name)), strip_accents(lower($name))) THEN 2
      WHEN contains(strip_accents(lower(more)), strip_accents(lower($name))) THEN 1
      ELSE list_max(list_transform(
        [name] || string_split(name, ' '),
        lambda part: jaro_winkler_similarity(strip_accents(lower(part)), strip_accents(lower($name)))
      ))
    END AS likeness
  FROM ($names)
)
SELECT name
FROM names
WHERE likeness >= 0.85
ORDER BY likeness DESC, n DESC, name
LIMIT 5;
