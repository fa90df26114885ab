-- Who speaks in several outlets, without copies: the first fifty.
WITH statements AS NOT MATERIALIZED (
  SELECT s.speaker, s.speaker_affiliation, m.source_name
  FROM core.quotes AS q
  JOIN core.speakers AS s USING (version_id, quote_no)
  JOIN core.article_metadata AS m USING (version_id)
  WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude' AND m.is_cluster_lead AND s.speaker IS NOT NULL
    AND m.day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
), top_speakers AS (
  SELECT speaker, list_sort(list(source_name)) AS outlets, sum(quotes)::BIGINT AS quotes
  FROM (SELECT speaker, source_name, count(*) AS quotes FROM statements GROUP BY ALL)
  GROUP BY speaker
  HAVING count(*) > 1 AND coalesce(list_contains(outlets, $source), TRUE)
  ORDER BY quotes DESC, speaker
  LIMIT 50
)
SELECT
  speaker,
  mode(speaker_affiliation) AS affiliation,
  any_value(outlets) AS outlets,
  any_value(quotes) AS quotes
FROM statements
JOIN top_speakers USING (speaker)
GROUP BY speaker
ORDER BY quotes DESC, speaker;
