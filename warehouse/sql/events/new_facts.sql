-- The people, places, figures and kinds of happening that the new originals name.
INSERT INTO original_facts
SELECT s.day, s.original, 'person', lower(e.entity_name)
FROM new_originals AS s
JOIN core.entity_mentions AS e ON e.version_id = s.version_id
WHERE e.entity_type = 'person' AND e.char_start < 1000
UNION
SELECT s.day, s.original, 'place', unnest([coalesce(p.region_id, lower(p.place_name)), left(p.region_id, 8)])
FROM new_originals AS s
JOIN core.article_places AS p ON p.version_id = s.version_id
WHERE p.kind <> 'country' AND (p.char_start IS NULL OR p.char_start < 1000)
UNION
SELECT s.day, s.original, 'figure', concat_ws(' ', f.value::DOUBLE, f.currency)
FROM new_originals AS s
JOIN core.figures AS f ON f.version_id = s.version_id
WHERE f.char_start < 1000
UNION
SELECT s.day, s.original, 'happening', h.happening
FROM new_originals AS s, unnest($happenings) AS t(h)
WHERE regexp_matches(s.headline || ' ' || left(s.beginning, 150), h.pattern);
