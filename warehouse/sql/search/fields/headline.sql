regexp_matches(headline, $pattern)
