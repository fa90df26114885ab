regexp_matches(article_section, $said)
