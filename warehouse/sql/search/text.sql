regexp_matches(body_text, $core) AND regexp_matches(body_text, $said) OR regexp_matches(headline, $said)
