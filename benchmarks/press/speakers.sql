-- The most quoted speakers: by articles, then by direct quotes.
SELECT speaker, count(DISTINCT article_id) AS articles, count(*) AS quotes, count(DISTINCT source_name) AS outlets,
  mode(speaker_role) AS role, mode(speaker_affiliation) AS affiliation
FROM mart.quotes
WHERE quote_type = 'direct' AND cue_class IS DISTINCT FROM 'attitude' AND is_cluster_lead AND speaker IS NOT NULL
GROUP BY speaker_entity_id, speaker
ORDER BY articles DESC, quotes DESC, speaker
LIMIT $limit
