-- The statements of some versions, with their speaker as written and as mart.identities has it.
SELECT
  q.version_id,
  q.char_start,
  q.char_end,
  q.quote_type,
  q.speaker_name,
  q.speaker_role,
  q.speaker_affiliation,
  q.speaker_surface,
  s.speaker
FROM core.quotes AS q
JOIN mart.speakers AS s USING (version_id, quote_no)
WHERE q.version_id IN (SELECT unnest($version_ids))
ORDER BY q.version_id, q.quote_no;
