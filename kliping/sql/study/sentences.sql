-- The sentence of each thing that is counted, with at most 300 characters before and after its span; the first of the
-- article where a thing has no span.
WITH spans AS (
  SELECT e.subject, e.name, e.article_id, m.source_name, m.day, m.url, e.char_start AS span_start, e.char_end,
    coalesce(e.char_start, 0) AS char_start,
    e.article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved,
    right(left(v.body_text, coalesce(e.char_start, 0)), 300) AS text_before,
    v.body_text[coalesce(e.char_start, 0) + 1:coalesce(e.char_end, 0)] AS span,
    left(v.body_text[coalesce(e.char_end, 0) + 1:], 300) AS text_after
  FROM study_evidence AS e
  JOIN mart.article_metadata AS m USING (article_id)
  JOIN mart.article_versions AS v ON v.version_id = e.version_id
), sentences AS (
  SELECT *,
    trim(regexp_replace(concat(
      regexp_replace(regexp_extract(text_before, '[^\n]*$'), '^.*[.!?…][”"’»)]*\s', ''),
      span,
      CASE WHEN NOT regexp_matches(span, '[.!?…][”"’»)]*$')
        THEN regexp_extract(text_after, '^[^\n]*?(?:[.!?…][”"’»)]*(?:\s|$)|\n|$)')
      END
    ), '\s+', ' ', 'g')) AS sentence
  FROM spans
)
SELECT subject, name, article_id, source_name, day, url, span_start AS char_start, char_end,
  CASE WHEN is_reserved THEN shown_of_reserved ELSE sentence END AS sentence -- Python knows how much is shown
FROM sentences
ORDER BY ALL;
