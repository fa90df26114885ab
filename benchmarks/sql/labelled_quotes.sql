-- The quotes of an article, with the name and the office that its own text has of the speaker.
SELECT
  q.*,
  c.speaker_name AS name_in_text,
  c.speaker_role AS role_in_text,
  c.speaker_affiliation AS affiliation_in_text
FROM mart.quotes AS q
INNER JOIN core.quotes AS c USING (version_id, quote_no)
WHERE q.url = $url
ORDER BY q.char_start
