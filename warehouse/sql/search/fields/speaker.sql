version_id IN (SELECT version_id FROM core.quotes WHERE regexp_matches(concat_ws(' ', coalesce(speaker_name, speaker_surface), speaker_role, speaker_affiliation), $pattern))
