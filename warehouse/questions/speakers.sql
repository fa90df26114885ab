-- Who is quoted in most articles in quotation marks, without copies: the first fifty, then the quotes whose speaker is
-- not resolved.
--
-- id: Siapa yang dikutip dalam tanda kutip di paling banyak artikel, tanpa salinan: lima puluh yang pertama, lalu
--   kutipan yang narasumbernya tidak teridentifikasi.
-- over outlets
WITH chosen AS NOT MATERIALIZED (
  FROM mart.statements
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
    AND filter_by($topic, article_row IN (SELECT article_row FROM mart.topic_articles WHERE topic_id = $topic))
), counts AS (
  SELECT speaker_entity_id, min(speaker) AS speaker, count(DISTINCT article_row) AS articles, count(*) AS quotes
  FROM chosen
  GROUP BY speaker_entity_id
), top_speakers AS (
  SELECT *,
    row_number() OVER (ORDER BY speaker IS NULL, articles DESC, quotes DESC, speaker, speaker_entity_id) AS place
  FROM counts
  QUALIFY place <= 50 OR speaker IS NULL
), earlier_counts AS (
  SELECT speaker_entity_id, count(DISTINCT article_row) AS n
  FROM mart.statements
  WHERE day >= $before::DATE AND day < $since::DATE AND source_name = coalesce($source, source_name)
    AND filter_by($topic, article_row IN (SELECT article_row FROM mart.topic_articles WHERE topic_id = $topic))
  GROUP BY ALL
), offices AS (
  -- of those who are resolved: an office is of one person; one that only one of several articles states is not believed
  SELECT speaker_entity_id,
    arg_max({role: speaker_role, body: speaker_affiliation}, (n, speaker_role, speaker_affiliation)) AS office
  FROM (
    SELECT speaker_entity_id, speaker_role, speaker_affiliation, count(DISTINCT article_row) AS n
    FROM chosen
    WHERE speaker IS NOT NULL AND coalesce(speaker_role, speaker_affiliation) IS NOT NULL
      AND core.is_office(office_rule_id)
    GROUP BY ALL
  )
  JOIN counts USING (speaker_entity_id)
  WHERE n >= least(2, articles)
  GROUP BY speaker_entity_id
)
SELECT
  any_value(t.speaker) AS speaker,
  any_value(o.office.role) AS role,
  any_value(o.office.body) AS affiliation,
  any_value(t.articles) AS articles,
  -- articles in the period of equal length before
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(n), 0) END AS before,
  any_value(t.quotes) AS quotes,
  sum(word_count)::BIGINT AS words,
  count(DISTINCT source_name) AS outlets,
  max(day) AS last_day,
  t.speaker_entity_id
FROM chosen AS c
JOIN top_speakers AS t ON t.speaker_entity_id IS NOT DISTINCT FROM c.speaker_entity_id
LEFT JOIN earlier_counts AS e ON e.speaker_entity_id IS NOT DISTINCT FROM t.speaker_entity_id
LEFT JOIN offices AS o ON o.speaker_entity_id = t.speaker_entity_id
GROUP BY t.place, t.speaker_entity_id
ORDER BY t.place;
