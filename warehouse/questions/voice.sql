-- Share of voice: of all words quoted from institutions, how many are whose, by month; the first fifty.
WITH said AS (
  SELECT date_trunc('month', story_date)::DATE AS month, speaker_affiliation AS affiliation, speaker, article_id, word_count
  FROM mart.quotes
  WHERE quote_type = 'direct' AND cue_class IS DISTINCT FROM 'attitude' AND is_cluster_lead AND speaker_affiliation IS NOT NULL
    AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
), total AS (
  SELECT affiliation, count(*) AS quotes, count(DISTINCT speaker) AS speakers, sum(word_count)::BIGINT AS words
  FROM said
  GROUP BY affiliation
), monthly AS (
  SELECT affiliation, month, coalesce(words, 0)::BIGINT AS words
  FROM (SELECT DISTINCT affiliation FROM said)
  CROSS JOIN (SELECT DISTINCT month FROM said)
  LEFT JOIN (SELECT affiliation, month, sum(word_count) AS words FROM said GROUP BY ALL) USING (affiliation, month)
)
SELECT
  affiliation,
  any_value(t.words) AS words,
  round(100.0 * any_value(t.words) / (SELECT sum(words) FROM total), 1) AS percent,
  any_value(quotes) AS quotes,
  any_value(speakers) AS speakers,
  list(m.words ORDER BY month) AS per_month
FROM total AS t
JOIN monthly AS m USING (affiliation)
GROUP BY affiliation
ORDER BY words DESC, affiliation
LIMIT 50;
