regexp_matches(authors, $said)
