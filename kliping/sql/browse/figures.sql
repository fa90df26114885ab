-- The figures of a range, the latest first.
WITH chosen AS (
  SELECT f.rowid AS figure_row
  FROM core.figures AS f
  JOIN mart.article_metadata AS a USING (version_id)
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
    AND filter_by($topic, article_row IN (SELECT article_row FROM mart.topic_articles WHERE topic_id = $topic))
    AND filter_by(
      $speaker, (version_id, quote_no) IN (SELECT (version_id, quote_no) FROM mart.speakers WHERE speaker = $speaker)
    )
    AND filter_by(
      $entity,
      (version_id, quote_no) IN (SELECT (version_id, quote_no) FROM mart.speakers WHERE speaker_entity_id = $entity)
    )
    AND filter_by(
      $kind, (version_id, figure_no) IN (SELECT (version_id, figure_no) FROM mart.figures WHERE kind = $kind)
    )
    AND filter_by($article, a.article_id = $article)
    AND filter_by($originals, is_cluster_lead)
  ORDER BY a.day DESC, a.article_id, f.figure_no
  LIMIT $limit OFFSET $offset
), own_figures AS MATERIALIZED (
  FROM core.figures WHERE rowid IN (FROM chosen)
), texts AS MATERIALIZED (
  SELECT version_id, body_text
  FROM mart.article_versions
  WHERE version_row IN (
    SELECT v.version_row
    FROM mart.article_versions AS v
    SEMI JOIN own_figures USING (version_id)
  )
), quoted AS MATERIALIZED (
  SELECT version_id, quote_no, speaker, speaker_surface, speaker_entity_id
  FROM mart.speakers
  WHERE quote_row IN (
    SELECT q.rowid
    FROM core.quotes AS q
    SEMI JOIN own_figures USING (version_id)
  )
)
SELECT
  a.day,
  a.source_name,
  f.text,
  f.noun_phrase,
  f.value::DOUBLE AS value,
  coalesce(f.currency, f.unit) AS unit,
  mart.figure_kind(f.currency, f.unit, f.text, v.body_text, f.char_start, f.char_end) AS kind,
  s.speaker,
  s.speaker_surface,
  s.speaker_entity_id,
  a.headline,
  f.article_id,
  f.figure_no,
  f.char_start,
  f.char_end,
  a.url
FROM own_figures AS f
JOIN mart.article_metadata AS a USING (version_id)
JOIN texts AS v USING (version_id)
LEFT JOIN quoted AS s USING (version_id, quote_no)
ORDER BY a.day DESC, f.article_id, f.figure_no;
