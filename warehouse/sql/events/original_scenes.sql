-- original_scenes: where the originals of a kind that has one place each took place: regencies and cities, and their
-- provinces; for a match the words beside "vs" in the headline.
CREATE OR REPLACE TEMP TABLE original_scenes AS
SELECT e.original, any_value(e.kind) AS kind,
  list(DISTINCT left(p.region_id, 5)) AS provinces,
  coalesce(list(DISTINCT left(p.region_id, 8)) FILTER (length(p.region_id) >= 8), []) AS regencies
FROM original_numbers AS e
JOIN core.article_places AS p USING (version_id)
WHERE list_contains($scenes, e.kind)
  AND starts_with(p.region_id, 'id-')
  AND (p.char_start IS NULL OR p.paragraph_no = 1)
GROUP BY e.original
UNION ALL
SELECT e.original, 'match',
  regexp_extract_all(
    regexp_extract(lower(v.headline), '[\p{L}\p{N}]+ vs\.? (?:timnas )?[\p{L}\p{N}]+'), '[\p{L}\p{N}]{3,}'
  ), []
FROM original_numbers AS e
JOIN core.article_versions AS v USING (version_id)
WHERE regexp_matches(lower(v.headline), '[\p{L}\p{N}] vs\.? [\p{L}\p{N}]');
