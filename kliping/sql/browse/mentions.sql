-- The places where a person or an organisation is named, by more than the tagger unless asked otherwise, the latest
-- first.
SELECT
  day,
  source_name,
  text,
  entity,
  kind,
  mention_type,
  headline,
  article_id,
  mention_no,
  char_start,
  char_end,
  entity_id,
  url
FROM mart.mentions
WHERE (is_confirmed OR $unconfirmed IS NOT NULL)
  AND mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND filter_by($entity, entity_id = $entity)
  AND filter_by($text, text = $text)
  AND filter_by($mention_type, mention_type = $mention_type)
  AND filter_by($kind, kind = $kind)
ORDER BY day DESC, article_id, mention_no
LIMIT $limit OFFSET $offset;
