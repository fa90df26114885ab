-- The spans of a text that are rows, but for its quotes and figures; `entity_id` where a page tells more of the person
-- or organisation. `|| ''` keeps a scan from comparing the version in all rows before it looks at the range.
SELECT 'date' AS kind, date_no AS no, char_start, char_end,
  concat_ws(' – ', date_start::VARCHAR, nullif(date_end, date_start)::VARCHAR) AS details, NULL AS entity_id
FROM core.dates_mentioned WHERE version_id || '' = $version_id AND rowid BETWEEN $first_date_row AND $last_date_row
UNION ALL
SELECT 'place', place_no, char_start, char_end, concat_ws(', ', place_name, kind, role), NULL
FROM core.article_places
WHERE version_id || '' = $version_id AND rowid BETWEEN $first_place_row AND $last_place_row AND char_start IS NOT NULL
UNION ALL
SELECT e.entity_type, e.mention_no, e.char_start, e.char_end, e.entity_name,
  CASE WHEN core.is_ruled(e.rule_id) THEN coalesce(a.canonical_id, i.canonical_id, e.entity_id) END
FROM core.entity_mentions AS e
LEFT JOIN mart.identities AS a ON a.entity_id = e.entity_id AND a.article_id = e.article_id
LEFT JOIN mart.identities AS i ON i.entity_id = e.entity_id AND i.article_id IS NULL
WHERE e.version_id || '' = $version_id AND e.rowid BETWEEN $first_mention_row AND $last_mention_row
UNION ALL
SELECT 'acronym', acronym_no, char_start, char_end, short_form || ' = ' || expansion, NULL
FROM core.acronyms WHERE version_id = $version_id;
