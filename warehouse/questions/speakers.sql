-- Who is quoted most, in quotation marks, copies left out: the first fifty.
WITH said AS (
  FROM mart.quotes
  WHERE quote_type = 'direct' AND cue_class IS DISTINCT FROM 'attitude' AND is_cluster_lead AND speaker IS NOT NULL
    AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
), most AS (
  SELECT speaker, count(*) AS quotes, sum(word_count)::BIGINT AS words
  FROM said
  GROUP BY speaker
  ORDER BY quotes DESC, words DESC, speaker
  LIMIT 50
)
SELECT
  speaker,
  mode(speaker_role) AS role,
  mode(speaker_affiliation) AS affiliation,
  any_value(quotes) AS quotes,
  any_value(words) AS words,
  count(DISTINCT article_id) AS articles,
  count(DISTINCT source_name) AS outlets,
  max(story_date) AS last_day
FROM said
JOIN most USING (speaker)
GROUP BY speaker
ORDER BY quotes DESC, words DESC, speaker;
