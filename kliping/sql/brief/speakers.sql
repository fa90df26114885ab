-- Who is quoted in most articles, with the longest of the quotes beside which the whole name stands, if it is short
-- enough for a sentence.
WITH top AS (
  SELECT
    speaker_entity_id,
    min(speaker) AS what,
    count(DISTINCT article_row) AS n_articles,
    count(*) AS n_quotes
  FROM mart.statements
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
    AND speaker IS NOT NULL
  GROUP BY speaker_entity_id
  ORDER BY n_articles DESC, n_quotes DESC, what, speaker_entity_id
  LIMIT 5
), chosen AS (
  SELECT q.*
  FROM mart.quotes AS q
  SEMI JOIN top USING (speaker_entity_id)
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
    AND quote_type = 'direct'
    AND is_cluster_lead
  QUALIFY row_number() OVER (
    PARTITION BY speaker_entity_id
    ORDER BY resolution = 'full_name' DESC, word_count <= 40 DESC, word_count DESC, version_id, quote_no
  ) = 1
)
SELECT
  t.what,
  t.n_articles,
  t.n_quotes,
  concat_ws(', ', q.speaker_role, q.speaker_affiliation) AS office,
  q.source_name,
  q.day,
  q.url,
  q.article_id,
  a.body_text,
  q.char_start,
  q.char_end
FROM top AS t
JOIN chosen AS q USING (speaker_entity_id)
JOIN mart.articles AS a ON a.article_id = q.article_id
ORDER BY t.n_articles DESC, t.n_quotes DESC, t.what, t.speaker_entity_id;
