-- C06 row: the length of a text is right.
SELECT version_id, n_chars, length(body_text) AS n_found
FROM new_versions
WHERE n_chars <> length(body_text) OR version_no < 1;
