-- The figures of a range, the latest first.
SELECT
  day,
  source_name,
  text,
  noun_phrase,
  value::DOUBLE AS value,
  coalesce(currency, unit) AS unit,
  kind,
  speaker,
  rule_precision,
  headline,
  article_id,
  figure_no,
  char_start,
  char_end,
  url
FROM mart.figures
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  AND ($topic IS NULL OR version_id IN (SELECT version_id FROM core.article_topics WHERE topic_id = $topic))
  AND ($speaker IS NULL OR speaker = $speaker)
  AND ($kind IS NULL OR kind = $kind)
  AND ($article IS NULL OR article_id = $article)
  AND ($version IS NULL OR version_id = $version)
  AND ($originals IS NULL OR is_cluster_lead)
ORDER BY day DESC, article_id, figure_no
LIMIT $limit OFFSET $offset;
