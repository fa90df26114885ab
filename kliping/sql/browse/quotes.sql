-- The quotes of a range, the latest first.
WITH chosen AS (
  SELECT q.rowid AS quote_row
  FROM core.quotes AS q
  JOIN mart.article_metadata AS a USING (version_id)
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
    AND filter_by($topic, article_row IN (SELECT article_row FROM mart.topic_articles WHERE topic_id = $topic))
    AND filter_by($speaker, q.rowid IN (SELECT quote_row FROM mart.speakers WHERE speaker = $speaker))
    AND filter_by(
      $entity,
      q.speaker_entity_id IN (SELECT entity_id FROM mart.identities WHERE canonical_id = $entity UNION SELECT $entity)
    )
    AND filter_by(
      $entity,
      coalesce(
        (
          SELECT i.canonical_id
          FROM mart.identities AS i
          WHERE i.entity_id = q.speaker_entity_id AND i.article_id = q.article_id
        ),
        (
          SELECT i.canonical_id
          FROM mart.identities AS i
          WHERE i.entity_id = q.speaker_entity_id AND i.article_id IS NULL
        ),
        q.speaker_entity_id
      ) = $entity
    )
    AND filter_by(
      $body,
      q.rowid IN (SELECT quote_row FROM mart.speakers WHERE coalesce(affiliation_entity_id, speaker_entity_id) = $body)
    )
    AND filter_by(
      $office,
      q.rowid IN (
        SELECT quote_row FROM mart.speakers WHERE concat_ws(', ', speaker_role, speaker_affiliation) = $office
      )
    )
    AND filter_by(
      $affiliation, q.rowid IN (SELECT quote_row FROM mart.speakers WHERE speaker_affiliation = $affiliation)
    )
    AND filter_by($speaker_class, q.rowid IN (SELECT quote_row FROM mart.speakers WHERE speaker_class = $speaker_class))
    AND filter_by($quote_type, quote_type = $quote_type AND cue_class IS DISTINCT FROM 'attitude')
    AND filter_by($article, a.article_id = $article)
    AND filter_by($originals, is_cluster_lead)
  ORDER BY a.day DESC, a.article_id, q.quote_no
  LIMIT $limit OFFSET $offset
), own_quotes AS MATERIALIZED (
  FROM core.quotes WHERE rowid IN (FROM chosen)
), own_speakers AS MATERIALIZED (
  FROM mart.speakers
  WHERE quote_row IN (FROM chosen)
)
SELECT
  a.day,
  a.source_name,
  q.text,
  s.speaker,
  s.speaker_role,
  s.speaker_affiliation,
  s.speaker_class,
  q.quote_type,
  q.cue,
  q.confidence,
  a.headline,
  q.article_id,
  q.quote_no,
  q.char_start,
  q.char_end,
  s.speaker_entity_id,
  s.speaker_surface,
  q.speaker_candidate,
  a.url
FROM own_quotes AS q
JOIN own_speakers AS s USING (version_id, quote_no)
JOIN mart.article_metadata AS a USING (version_id)
ORDER BY a.day DESC, q.article_id, q.quote_no;
