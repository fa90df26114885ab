-- Where the figures of an event that are compared were printed, by what they count, outlet and time.
WITH compared AS (
  SELECT subject, earlier_value AS value FROM mart.figure_comparisons WHERE event_id = $event
  UNION
  SELECT subject, later_value FROM mart.figure_comparisons WHERE event_id = $event
)
SELECT
  s.subject,
  a.source_name,
  a.reported_at,
  a.has_time,
  m.date_published_offset_minutes AS offset_minutes,
  a.day,
  f.text AS figure,
  f.value::DOUBLE AS value,
  p.speaker,
  p.speaker_surface,
  p.speaker_entity_id,
  a.headline,
  a.article_id,
  f.char_start
FROM core.figure_subjects AS s
JOIN core.figures AS f ON f.version_id = s.version_id AND f.figure_no = s.figure_no
JOIN mart.event_articles AS a ON a.article_id = s.article_id
JOIN mart.article_metadata AS m ON m.article_id = s.article_id
LEFT JOIN mart.speakers AS p ON p.version_id = f.version_id AND p.quote_no = f.quote_no
WHERE a.event_id = $event AND (s.subject, f.value) IN (SELECT (subject, value) FROM compared)
ORDER BY s.subject, a.reported_at, a.source_name, f.figure_no;
