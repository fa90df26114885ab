version_id IN (SELECT version_id FROM mart.places WHERE regexp_matches(concat_ws(' ', place_name, province), $pattern))
