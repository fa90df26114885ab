-- original_scenes: where the headlines of the originals say that it happened: the provinces, regencies and cities whose
-- names they hold; and for a match the words beside "vs".
CREATE OR REPLACE TEMP TABLE original_scenes AS
WITH headlines AS (
  SELECT e.original, lower(v.headline) AS headline, regexp_extract_all(lower(v.headline), '[\p{L}\p{N}]+') AS words
  FROM original_numbers AS e
  JOIN core.article_versions AS v USING (version_id)
), phrases AS (
  SELECT original, array_to_string(words[place:place + n_more], ' ') AS name
  FROM headlines, range(1, 40) AS p (place), range(4) AS m (n_more)
  WHERE place <= len(words)
), regions AS (
  SELECT region_id, regexp_replace(lower(name), '^(kabupaten|kota( administrasi)?|dki|daerah istimewa) ', '') AS name
  FROM ref.regions
  WHERE level IN ('province', 'city')
)
SELECT original, 'place' AS kind,
  list(DISTINCT left(region_id, 5)) AS provinces,
  coalesce(list(DISTINCT region_id) FILTER (length(region_id) > 5), []) AS regencies
FROM phrases
JOIN regions USING (name)
GROUP BY original
UNION ALL
SELECT original, 'match',
  regexp_extract_all(regexp_extract(headline, '[\p{L}\p{N}]+ vs\.? (?:timnas )?[\p{L}\p{N}]+'), '[\p{L}\p{N}]{3,}'), []
FROM headlines
WHERE regexp_matches(headline, '[\p{L}\p{N}] vs\.? [\p{L}\p{N}]');
