-- Whose pictures outlets use, by the credits they print, without copies: the first hundred; no credit is NULL.
--
-- id: Foto siapa yang dipakai media, menurut kredit yang dicantumkan, tanpa salinan: seratus yang pertama; tanpa
--   kredit berarti NULL.
-- by outlet
SELECT
  source_name,
  credit,
  count(*) AS images,
  count(DISTINCT article_id) AS articles,
  max(day) AS last_day
FROM mart.images
WHERE is_cluster_lead
  AND mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY source_name, credit
ORDER BY images DESC, source_name, credit
LIMIT 100;
