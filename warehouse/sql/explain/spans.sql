-- Every span of a text that is a row; `entity_id` where a page tells more of the person or organisation.
-- `|| ''` keeps a scan from comparing the version in all rows before it looks at the range.
SELECT 'quote' AS kind, q.quote_no AS no, q.char_start, q.char_end, concat_ws(', ', q.quote_type, coalesce(q.speaker_name, q.speaker_surface), q.speaker_role, q.speaker_affiliation, q.cue) AS details, s.speaker_entity_id AS entity_id
FROM core.quotes AS q
JOIN core.speakers AS s USING (version_id, quote_no)
WHERE s.quote_row BETWEEN $first_quote_row AND $last_quote_row AND q.version_id || '' = $version_id AND q.rowid BETWEEN $first_quote_row AND $last_quote_row
UNION ALL
SELECT 'figure', figure_no, char_start, char_end,
  concat_ws(' ', comparator, rtrim(rtrim(value::VARCHAR, '0'), '.'), '– ' || rtrim(rtrim(value_high::VARCHAR, '0'), '.'), coalesce(currency, unit), '(quote ' || quote_no || ')'), NULL
FROM core.figures WHERE version_id || '' = $version_id AND rowid BETWEEN $first_figure_row AND $last_figure_row
UNION ALL
SELECT 'date', date_no, char_start, char_end, concat_ws(' – ', date_start::VARCHAR, nullif(date_end, date_start)::VARCHAR), NULL
FROM core.dates_mentioned WHERE version_id || '' = $version_id AND rowid BETWEEN $first_date_row AND $last_date_row
UNION ALL
SELECT 'place', place_no, char_start, char_end, concat_ws(', ', place_name, kind, role), NULL
FROM core.article_places WHERE version_id || '' = $version_id AND rowid BETWEEN $first_place_row AND $last_place_row AND char_start IS NOT NULL
UNION ALL
SELECT e.entity_type, e.mention_no, e.char_start, e.char_end, e.entity_name, coalesce(a.canonical_id, i.canonical_id, e.entity_id)
FROM core.entity_mentions AS e
LEFT JOIN core.identities AS a ON a.entity_id = e.entity_id AND a.article_id = e.article_id
LEFT JOIN core.identities AS i ON i.entity_id = e.entity_id AND i.article_id IS NULL
WHERE e.version_id || '' = $version_id AND e.rowid BETWEEN $first_mention_row AND $last_mention_row
UNION ALL
SELECT 'acronym', acronym_no, char_start, char_end, short_form || ' = ' || expansion, NULL
FROM core.acronyms WHERE version_id = $version_id
ORDER BY char_start, char_end DESC;
