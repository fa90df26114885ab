-- How many of each outlet's articles quote nobody, nobody who is resolved, or one speaker only, without copies.
--
-- id: Berapa artikel tiap media yang tidak mengutip siapa pun, hanya mengutip narasumber yang tidak teridentifikasi,
--   atau hanya satu narasumber, tanpa salinan.
-- by outlet
WITH voices AS (
  SELECT version_id, count(DISTINCT speaker_entity_id) AS n -- speakers who are resolved
  FROM mart.quotes
  WHERE cue_class IS DISTINCT FROM 'attitude'
  GROUP BY version_id
)
SELECT
  source_name,
  count(*) AS articles,
  count(*) FILTER (n IS NULL) AS no_voice,
  count(*) FILTER (n = 0) AS unresolved,
  count(*) FILTER (n = 1) AS one_voice,
  count(*) FILTER (n > 1) AS several,
  round(100.0 * avg((n IS NOT DISTINCT FROM 1)::INTEGER), 1) AS percent_one
FROM mart.article_metadata
LEFT JOIN voices USING (version_id)
WHERE is_cluster_lead
  AND mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY source_name
ORDER BY percent_one DESC, source_name;
