-- Share of voice: of all words quoted from institutions, how many are whose, by month; the first fifty.
WITH said AS NOT MATERIALIZED (
  SELECT m.month, q.speaker_affiliation AS affiliation, coalesce(q.speaker_name, q.speaker_surface) AS speaker, q.word_count
  FROM core.quotes AS q
  JOIN (
    SELECT version_id, date_trunc('month', story_date)::DATE AS month
    FROM mart.stories
    WHERE is_cluster_lead
      AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  ) AS m USING (version_id)
  WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude' AND q.speaker_affiliation IS NOT NULL
), monthly AS (
  SELECT affiliation, month, count(*) AS quotes, sum(word_count) AS words
  FROM said
  GROUP BY ALL
), most AS (
  SELECT affiliation, sum(quotes)::BIGINT AS quotes, sum(words)::BIGINT AS words
  FROM monthly
  GROUP BY affiliation
  ORDER BY words DESC, affiliation
  LIMIT 50
), speakers AS (
  SELECT affiliation, count(DISTINCT speaker) AS n
  FROM said
  JOIN most USING (affiliation)
  GROUP BY affiliation
)
SELECT
  affiliation,
  any_value(most.words) AS words,
  round(100.0 * any_value(most.words) / (SELECT sum(words) FROM monthly), 1) AS percent,
  any_value(most.quotes) AS quotes,
  any_value(speakers.n) AS speakers,
  list(coalesce(monthly.words, 0)::BIGINT ORDER BY month) AS per_month
FROM most
CROSS JOIN (SELECT DISTINCT month FROM monthly)
LEFT JOIN monthly USING (affiliation, month)
JOIN speakers USING (affiliation)
GROUP BY affiliation
ORDER BY words DESC, affiliation;
