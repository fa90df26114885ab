-- The changed originals whose headline, or else first lines, tell of one kind of event or page. The pattern is a
-- parameter, which is compiled once. What stands in the headline counts before what stands below it.
INSERT INTO original_kinds
SELECT article_id, $kind, $place_in_file + CASE WHEN regexp_matches(headline, $pattern) THEN 0 ELSE 1000 END
FROM original_openings
WHERE regexp_matches(headline, $pattern) OR NOT $is_service AND regexp_matches(opening, $pattern);
