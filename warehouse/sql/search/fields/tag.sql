regexp_matches(array_to_string(tags, ' | '), $pattern)
