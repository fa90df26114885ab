SELECT 'quote' AS kind, quote_no AS no, char_start, char_end, concat_ws(', ', quote_type, coalesce(speaker_name, speaker_surface), speaker_role, speaker_affiliation, cue) AS details
FROM core.quotes WHERE version_id = $version_id
UNION ALL
SELECT 'figure', figure_no, char_start, char_end,
  concat_ws(' ', comparator, rtrim(rtrim(value::VARCHAR, '0'), '.'), '– ' || rtrim(rtrim(value_high::VARCHAR, '0'), '.'), coalesce(currency, unit), '(quote ' || quote_no || ')')
FROM core.figures WHERE version_id = $version_id
UNION ALL
SELECT 'date', date_no, char_start, char_end, concat_ws(' – ', date_start::VARCHAR, nullif(date_end, date_start)::VARCHAR)
FROM core.dates_mentioned WHERE version_id = $version_id
UNION ALL
SELECT 'place', place_no, char_start, char_end, concat_ws(', ', place_name, kind, role)
FROM core.article_places WHERE version_id = $version_id AND char_start IS NOT NULL
UNION ALL
SELECT entity_type, mention_no, char_start, char_end, entity_name
FROM core.entity_mentions WHERE version_id = $version_id
UNION ALL
SELECT 'acronym', acronym_no, char_start, char_end, short_form || ' = ' || expansion
FROM core.acronyms WHERE version_id = $version_id
ORDER BY char_start, char_end DESC;
