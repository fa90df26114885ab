-- The quotes of one text, with what its page knows of the article left out.
-- `|| ''` keeps a scan from comparing the version in all rows before it looks at the range.
SELECT
  q.text,
  s.speaker,
  s.speaker_role,
  s.speaker_affiliation,
  s.speaker_class,
  q.quote_type,
  q.cue,
  CASE WHEN p.precision IS NOT NULL AND r.precision IS NOT NULL THEN least(r.precision, p.precision) END AS rule_precision,
  q.article_id,
  q.quote_no,
  q.char_start,
  q.char_end,
  s.speaker_entity_id,
  s.speaker_surface,
  concat_ws(', ', q.quote_type, q.speaker_name, q.speaker_role, q.speaker_affiliation, q.cue) AS details
FROM core.quotes AS q
JOIN core.speakers AS s USING (version_id, quote_no)
LEFT JOIN ref.rules AS r USING (rule_id)
LEFT JOIN ref.rules AS p ON p.rule_id = 'speaker.' || q.resolution
WHERE s.quote_row BETWEEN $first_quote_row AND $last_quote_row
  AND q.version_id || '' = $version_id AND q.rowid BETWEEN $first_quote_row AND $last_quote_row
ORDER BY q.quote_no;
