regexp_matches(array_to_string(authors, ' | '), $pattern)
