-- Who is quoted most in quotation marks, without copies: the first fifty.
WITH chosen AS NOT MATERIALIZED (
  FROM core.statements
  WHERE speaker IS NOT NULL
    AND day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
    AND ($topic IS NULL OR article_row IN (SELECT article_row FROM core.topic_articles WHERE topic_id = $topic))
), top_speakers AS (
  SELECT speaker, count(*) AS quotes, sum(word_count)::BIGINT AS words
  FROM chosen
  GROUP BY speaker
  ORDER BY quotes DESC, words DESC, speaker
  LIMIT 50
), earlier_counts AS (
  SELECT speaker, count(*) AS n
  FROM core.statements
  WHERE day >= $before::DATE AND day < $since::DATE AND source_name = coalesce($source, source_name)
    AND ($topic IS NULL OR article_row IN (SELECT article_row FROM core.topic_articles WHERE topic_id = $topic))
  GROUP BY ALL
)
SELECT
  speaker,
  mode(speaker_role) AS role,
  mode(speaker_affiliation) AS affiliation,
  any_value(quotes) AS quotes,
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(n), 0) END AS before, -- in the period of equal length before
  any_value(words) AS words,
  count(DISTINCT article_row) AS articles,
  count(DISTINCT source_name) AS outlets,
  max(day) AS last_day
FROM chosen
JOIN top_speakers USING (speaker)
LEFT JOIN earlier_counts USING (speaker)
GROUP BY speaker
ORDER BY quotes DESC, words DESC, speaker;
