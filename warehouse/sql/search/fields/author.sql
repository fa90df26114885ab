regexp_matches(authors, $pattern)
