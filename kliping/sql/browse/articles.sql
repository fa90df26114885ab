-- The articles of a range, the latest first.
SELECT
  day,
  source_name,
  headline,
  authors,
  NOT is_cluster_lead AS is_copy,
  n_versions,
  article_id,
  url
FROM mart.article_metadata
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND filter_by($topic, article_row IN (SELECT article_row FROM mart.topic_articles WHERE topic_id = $topic))
  AND filter_by(
    $entity, article_id IN (SELECT article_id FROM mart.mentions WHERE entity_id = $entity AND is_confirmed)
  )
  AND filter_by(
    $beside, article_id IN (SELECT article_id FROM mart.mentions WHERE entity_id = $beside AND is_confirmed)
  )
  AND filter_by($originals, is_cluster_lead)
  AND filter_by($event, article_id IN (SELECT article_id FROM mart.event_members WHERE event_id = $event))
  AND filter_by(
    $report,
    article_id IN (
      SELECT article_id
      FROM mart.event_members
      WHERE event_id IN (
        SELECT event_id FROM mart.event_members JOIN mart.article_metadata USING (article_id) WHERE url = $report
      )
    )
  )
  AND filter_by($cluster, cluster_id = $cluster)
  AND filter_by($q, article_id IN (SELECT article_id FROM found_articles))
  AND filter_by($acronym, version_id IN (SELECT version_id FROM mart.acronym_definitions WHERE short_form = $acronym))
  AND filter_by(
    $province,
    article_id IN (
      SELECT article_id FROM mart.places WHERE province = $province AND role IN ('dateline', 'event_location')
    )
  )
  AND filter_by(
    $date_start,
    article_id IN (
      SELECT d.article_id
      FROM mart.dates AS d
      WHERE d.date_start::VARCHAR = $date_start
        AND d.date_end::VARCHAR = $date_end
        AND d.resolution IN ('day', 'day_range')
        AND d.date_start > d.day
    )
  )
  AND filter_by($date_end, $date_start IS NOT NULL)
  AND filter_by($speaker, article_row IN (SELECT article_row FROM mart.statements WHERE speaker = $speaker))
  AND filter_by($quoted, article_row IN (SELECT article_row FROM mart.statements WHERE speaker_entity_id = $quoted))
  AND filter_by(
    $voices,
    coalesce(
      (
        SELECT CASE count(DISTINCT q.speaker_entity_id)
          WHEN 0 THEN if(count(*) > 0, 'unresolved', 'none')
          WHEN 1 THEN 'one'
          ELSE 'several'
        END
        FROM mart.quotes AS q
        WHERE q.version_id = article_metadata.version_id AND q.cue_class IS DISTINCT FROM 'attitude'
      ),
      'none'
    ) = $voices
  )
  AND filter_by($removed, version_id IN (SELECT version_id FROM mart.removed_spans WHERE kind = $removed))
  AND filter_by($dated, date_published IS NOT NULL)
  AND filter_by(
    $without,
    CASE $without
      WHEN 'headline' THEN headline IS NULL
      WHEN 'date' THEN date_published IS NULL
      WHEN 'author' THEN authors IS NULL
      WHEN 'section' THEN article_section IS NULL
      WHEN 'description' THEN description IS NULL
      WHEN 'dateline' THEN dateline IS NULL
    END
  )
ORDER BY day DESC, article_id
LIMIT $limit OFFSET $offset;
