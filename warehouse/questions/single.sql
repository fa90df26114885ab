-- How many of each outlet's stories let nobody speak, or one voice alone, copies left out.
WITH voices AS (
  SELECT a.source_name, a.article_id, CASE WHEN min(q.speaker) < max(q.speaker) THEN 2 WHEN count(q.speaker) > 0 THEN 1 ELSE 0 END AS n -- 2: several
  FROM mart.articles AS a
  LEFT JOIN mart.quotes AS q ON q.version_id = a.version_id AND q.cue_class IS DISTINCT FROM 'attitude'
  WHERE a.is_cluster_lead
    AND a.story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND a.source_name = coalesce($source, a.source_name)
  GROUP BY ALL
)
SELECT
  source_name,
  count(*) AS articles,
  count(*) FILTER (n = 0) AS no_voice,
  count(*) FILTER (n = 1) AS one_voice,
  count(*) FILTER (n > 1) AS several,
  round(100.0 * avg((n = 1)::INTEGER), 1) AS percent_one
FROM voices
GROUP BY source_name
ORDER BY percent_one DESC, source_name;
