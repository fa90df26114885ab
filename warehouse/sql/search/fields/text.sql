regexp_matches(body_text, $core) AND regexp_matches(body_text, $pattern) OR regexp_matches(headline, $pattern)
