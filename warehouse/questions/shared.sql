-- Who speaks in several outlets, copies left out: the first fifty.
SELECT
  speaker,
  mode(speaker_affiliation) AS affiliation,
  list_sort(list(DISTINCT source_name)) AS outlets,
  count(*) AS quotes
FROM mart.quotes
WHERE quote_type = 'direct' AND cue_class IS DISTINCT FROM 'attitude' AND is_cluster_lead AND speaker IS NOT NULL
  AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
GROUP BY speaker
HAVING count(DISTINCT source_name) > 1 AND coalesce(list_contains(outlets, $source), TRUE)
ORDER BY quotes DESC, speaker
LIMIT 50;
