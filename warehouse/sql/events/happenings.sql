-- The originals whose headline or first lines tell of one kind of happening. The pattern is a parameter, which is
-- compiled once.
INSERT INTO original_happenings
SELECT original, $happening FROM original_openings WHERE regexp_matches(opening, $pattern);
