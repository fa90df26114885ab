-- Who is quoted most in quotation marks, without copies: the first fifty.
WITH statements AS NOT MATERIALIZED (
  SELECT s.speaker, s.speaker_role, s.speaker_affiliation, q.word_count, q.article_id, m.source_name, m.day
  FROM core.quotes AS q
  JOIN core.speakers AS s USING (version_id, quote_no)
  JOIN core.article_metadata AS m USING (version_id)
  WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude' AND m.is_cluster_lead AND s.speaker IS NOT NULL
    AND m.day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND m.source_name = coalesce($source, m.source_name)
), top_speakers AS (
  SELECT speaker, count(*) AS quotes, sum(word_count)::BIGINT AS words
  FROM statements
  GROUP BY speaker
  ORDER BY quotes DESC, words DESC, speaker
  LIMIT 50
), earlier_counts AS (
  SELECT s.speaker, count(*) AS n
  FROM core.quotes AS q
  JOIN core.speakers AS s USING (version_id, quote_no)
  JOIN core.article_metadata AS m USING (version_id)
  WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude' AND m.is_cluster_lead
    AND m.day >= $before::DATE AND m.day < $since::DATE AND m.source_name = coalesce($source, m.source_name)
  GROUP BY ALL
)
SELECT
  speaker,
  mode(speaker_role) AS role,
  mode(speaker_affiliation) AS affiliation,
  any_value(quotes) AS quotes,
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(n), 0) END AS before, -- in the period of equal length before
  any_value(words) AS words,
  count(DISTINCT article_id) AS articles,
  count(DISTINCT source_name) AS outlets,
  max(day) AS last_day
FROM statements
JOIN top_speakers USING (speaker)
LEFT JOIN earlier_counts USING (speaker)
GROUP BY speaker
ORDER BY quotes DESC, words DESC, speaker;
