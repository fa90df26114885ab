-- C04 error: every quote, cue, speaker, name, figure, date, place, acronym and removed span is exactly the text at its
-- position.
WITH body_spans AS (
  SELECT version_id, 'quote' AS what, quote_no AS n, char_start, char_end, text FROM new_quotes
  UNION ALL SELECT version_id, 'cue', quote_no, cue_start, cue_end, cue FROM new_quotes WHERE cue_start IS NOT NULL
  UNION ALL
  SELECT version_id, 'speaker', quote_no, speaker_start, speaker_end, speaker_surface
  FROM new_quotes
  WHERE speaker_start IS NOT NULL
  UNION ALL SELECT version_id, 'mention', mention_no, char_start, char_end, text FROM new_mentions
  UNION ALL SELECT version_id, 'figure', figure_no, char_start, char_end, text FROM new_figures
  UNION ALL SELECT version_id, 'date', date_no, char_start, char_end, text FROM new_dates
  UNION ALL
  SELECT version_id, 'place', place_no, char_start, char_end, text
  FROM new_places
  WHERE char_start IS NOT NULL
  UNION ALL SELECT version_id, 'acronym', acronym_no, char_start, char_end, text FROM new_acronyms
), source_spans AS (
  SELECT version_id, 'dateline' AS what, place_no AS n, source_start, source_end, text
  FROM new_places
  WHERE source_start IS NOT NULL
  UNION ALL SELECT version_id, 'removed ' || kind, ordinal, source_start, source_end, text FROM new_removed_spans
)
SELECT version_id, t.what, t.n, t.text
FROM body_spans AS t
JOIN new_versions AS v USING (version_id)
WHERE core.span(v.body_text, t.char_start, t.char_end) IS DISTINCT FROM t.text
UNION ALL
SELECT version_id, p.what, p.n, p.text
FROM source_spans AS p
JOIN new_versions AS v USING (version_id)
WHERE core.span(v.source_text, p.source_start, p.source_end) IS DISTINCT FROM p.text;
