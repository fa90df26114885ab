regexp_matches(concat_ws(' ', source_id, source_name), $pattern)
