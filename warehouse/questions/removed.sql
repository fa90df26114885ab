-- What cleaning took out of each outlet's texts, and the words it took out most often.
--
-- id: Apa yang dibuang pembersihan dari teks tiap media, dan kata-kata yang paling sering dibuang.
-- by outlet
WITH removed AS (
  SELECT source_name, kind, article_id, text
  FROM mart.removed_spans
  WHERE mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
)
SELECT
  source_name,
  kind,
  count(*) AS spans,
  count(DISTINCT article_id) AS articles,
  sum(length(text))::BIGINT AS characters,
  mode(text) AS most_frequent
FROM removed
GROUP BY source_name, kind
ORDER BY source_name, spans DESC, kind;
