-- Who speaks in several outlets, without copies: the first fifty by articles.
--
-- id: Siapa yang berbicara di beberapa media, tanpa salinan: lima puluh yang pertama menurut jumlah artikel.
-- over outlets
WITH statements AS NOT MATERIALIZED (
  SELECT speaker_entity_id, speaker, speaker_role, speaker_affiliation, source_name, article_row
  FROM mart.statements
  WHERE speaker IS NOT NULL
    AND mart.is_within(day, $since, $until)
), top_speakers AS (
  SELECT speaker_entity_id, min(speaker) AS speaker, list_sort(list(source_name)) AS outlets,
    sum(articles)::BIGINT AS articles, sum(quotes)::BIGINT AS quotes
  FROM (
    SELECT speaker_entity_id, min(speaker) AS speaker, source_name, count(DISTINCT article_row) AS articles,
      count(*) AS quotes
    FROM statements
    GROUP BY speaker_entity_id, source_name
  )
  GROUP BY speaker_entity_id
  HAVING count(*) > 1 AND coalesce(list_contains(outlets, $source), TRUE)
  ORDER BY articles DESC, quotes DESC, speaker, speaker_entity_id
  LIMIT 50
)
SELECT
  any_value(t.speaker) AS speaker,
  mode(speaker_affiliation) AS affiliation,
  any_value(outlets) AS outlets,
  any_value(articles) AS articles,
  any_value(quotes) AS quotes,
  speaker_entity_id
FROM statements
JOIN top_speakers AS t USING (speaker_entity_id)
GROUP BY speaker_entity_id
ORDER BY articles DESC, quotes DESC, speaker, speaker_entity_id;
