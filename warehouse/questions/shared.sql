-- Who speaks in several outlets, without copies: the first fifty.
WITH statements AS NOT MATERIALIZED (
  SELECT speaker, speaker_affiliation, source_name
  FROM core.statements
  WHERE speaker IS NOT NULL
    AND day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
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
