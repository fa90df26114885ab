-- People by how often they are named.
SELECT
  person AS name,
  speaker_role,
  speaker_affiliation,
  n_office_articles,
  CASE WHEN n_office_articles = 1 THEN 'one article says so' END AS office_note,
  n_articles,
  n_outlets,
  n_mentions,
  n_direct_quotes,
  quoted_words,
  first_day,
  last_day,
  entity_id
FROM mart.people
WHERE TRUE
  AND filter_by($name, contains(strip_accents(lower(person)), strip_accents(lower($name))))
  AND filter_by(
    $body,
    entity_id IN (
      SELECT speaker_entity_id
      FROM mart.quotes
      JOIN mart.speakers USING (version_id, quote_no, speaker_entity_id)
      WHERE affiliation_entity_id = $body AND cue_class IS DISTINCT FROM 'attitude'
    )
  )
ORDER BY n_articles DESC, n_mentions DESC, name, entity_id
LIMIT $limit OFFSET $offset;
