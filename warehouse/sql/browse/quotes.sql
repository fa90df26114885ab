-- The quotes of a range, the latest first.
SELECT
  day,
  source_name,
  text,
  speaker,
  speaker_role,
  speaker_affiliation,
  speaker_class,
  quote_type,
  cue,
  rule_precision,
  headline,
  article_id,
  quote_no,
  char_start,
  char_end,
  speaker_entity_id,
  url
FROM mart.quotes
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  AND ($topic IS NULL OR version_id IN (SELECT version_id FROM core.article_topics WHERE topic_id = $topic))
  AND ($speaker IS NULL OR speaker = $speaker)
  AND ($entity IS NULL OR speaker_entity_id = $entity)
  AND ($speaker_class IS NULL OR speaker_class = $speaker_class)
  AND ($quote_type IS NULL OR quote_type = $quote_type AND cue_class IS DISTINCT FROM 'attitude')
  AND ($article IS NULL OR article_id = $article)
  AND ($version IS NULL OR version_id = $version)
  AND ($originals IS NULL OR is_cluster_lead)
ORDER BY day DESC, article_id, quote_no
LIMIT $limit OFFSET $offset;
