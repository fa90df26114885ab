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
  q.confidence,
  q.article_id,
  q.quote_no,
  q.char_start,
  q.char_end,
  s.speaker_entity_id,
  s.speaker_surface,
  concat_ws(', ', q.quote_type, q.speaker_name, q.speaker_role, q.speaker_affiliation, q.cue) AS details
FROM core.quotes AS q
JOIN mart.speakers AS s USING (version_id, quote_no)
WHERE s.quote_row BETWEEN $first_quote_row AND $last_quote_row
  AND q.version_id || '' = $version_id AND q.rowid BETWEEN $first_quote_row AND $last_quote_row
ORDER BY q.quote_no;
