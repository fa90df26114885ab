-- Outlets, their articles and the state of their channels.
WITH article_counts AS (
  SELECT source_id, sum(n_articles)::BIGINT AS articles, sum(n_originals)::BIGINT AS originals, min(day) AS first_day,
    max(day) AS last_day
  FROM mart.day_counts
  WHERE topic_id IS NOT DISTINCT FROM $topic
    AND mart.is_within(day, $since, $until)
  GROUP BY source_id
), states AS (
  SELECT source_id, arg_min(state, CASE state WHEN 'broken' THEN 0 WHEN 'ok' THEN 2 ELSE 1 END) AS state
  FROM mart.source_health
  GROUP BY source_id
), said AS (
  SELECT source_name, speaker, speaker_entity_id
  FROM mart.statements
  WHERE mart.is_within(day, $since, $until)
    AND filter_by($topic, article_row IN (SELECT article_row FROM mart.topic_articles WHERE topic_id = $topic))
)
SELECT
  s.source_name,
  s.source_domain AS domain,
  coalesce(a.articles, 0) AS articles,
  coalesce(a.originals, 0) AS originals,
  a.first_day,
  a.last_day,
  h.state,
  s.source_id
FROM mart.outlets AS s
LEFT JOIN article_counts AS a USING (source_id)
LEFT JOIN states AS h USING (source_id)
WHERE s.source_name = coalesce($source, s.source_name)
  AND filter_by(
    $entity, s.source_name IN (SELECT source_name FROM mart.mentions WHERE entity_id = $entity AND is_confirmed)
  )
  AND filter_by(
    $state,
    s.source_id IN (
      SELECT source_id
      FROM mart.source_health
      WHERE state = $state
        AND ($cause IS NULL OR latest = $cause)
        AND mart.is_within(mart.wib_date(last_look_at), $since, $until)
    )
  )
  AND filter_by($cause, $state IS NOT NULL)
  AND filter_by($with_articles, a.articles > 0)
  AND filter_by($with_originals, a.originals > 0)
  AND filter_by(
    $province,
    s.source_name IN (
      SELECT source_name
      FROM mart.places
      WHERE province = $province
        AND role IN ('dateline', 'event_location')
        AND mart.is_within(day, $since, $until)
    )
  )
  AND filter_by($speaker, s.source_name IN (SELECT source_name FROM said WHERE speaker = $speaker))
  AND filter_by($quoted, s.source_name IN (SELECT source_name FROM said WHERE speaker_entity_id = $quoted))
ORDER BY articles DESC, source_name
LIMIT $limit OFFSET $offset;
