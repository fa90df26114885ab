regexp_matches(article_section, $pattern)
