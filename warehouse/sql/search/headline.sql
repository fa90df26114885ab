regexp_matches(headline, $said)
