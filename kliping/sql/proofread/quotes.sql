-- The statements of some versions, with their speaker as written, and the names that mart.identities has for them.
SELECT
  q.version_id,
  q.char_start,
  q.char_end,
  q.quote_type,
  {
    name: q.speaker_name,
    role: q.speaker_role,
    affiliation: q.speaker_affiliation,
    surface: q.speaker_surface
  } AS speaker,
  list_filter([s.speaker], lambda name: name IS NOT NULL) AS names
FROM core.quotes AS q
JOIN mart.speakers AS s USING (version_id, quote_no)
WHERE q.version_id IN (SELECT unnest($version_ids))
ORDER BY q.version_id, q.quote_no;
