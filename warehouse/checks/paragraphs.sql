-- C05 row: every line of a text is one trimmed, non-empty paragraph, and their number is right.
SELECT version_id, n_paragraphs
FROM new_versions
WHERE n_paragraphs <> len(string_split(body_text, chr(10)))
  OR len(list_filter(string_split(body_text, chr(10)), lambda p: p <> trim(p) OR p = '')) > 0;
