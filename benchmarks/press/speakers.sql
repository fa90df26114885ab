-- The most quoted speakers: by articles, then by direct quotes; with their office as `mart.people` has it.
SELECT q.speaker, count(DISTINCT q.article_id) AS articles, count(*) AS quotes,
  count(DISTINCT q.source_name) AS outlets, any_value(p.speaker_role) AS role,
  any_value(p.speaker_affiliation) AS affiliation
FROM mart.quotes AS q
LEFT JOIN mart.people AS p ON p.entity_id = q.speaker_entity_id
WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude' AND q.is_cluster_lead
  AND q.speaker IS NOT NULL
GROUP BY q.speaker_entity_id, q.speaker
ORDER BY articles DESC, quotes DESC, q.speaker
LIMIT $limit
