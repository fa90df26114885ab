-- C05 row: every line of a text is one trimmed, non-empty paragraph, and their number is right.
SELECT version_id, n_paragraphs
FROM new_versions
WHERE n_paragraphs <> len(string_split(body_text, chr(10)))
  OR regexp_matches(body_text, '^\p{Zs}|^\n|^$|\n\p{Zs}|\n\n|\p{Zs}\n|\n$|\p{Zs}$');
