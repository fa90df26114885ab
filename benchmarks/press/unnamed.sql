-- Statements without the name of a speaker, by what the text says instead.
SELECT coalesce(lower(speaker_surface), '(nobody)') AS written, count(*) AS quotes,
  count(DISTINCT article_id) AS articles,
  count(*) FILTER (quote_type = 'direct') AS direct, mode(resolution) AS resolution,
  count(speaker_candidate) AS with_candidate
FROM mart.quotes
WHERE speaker IS NULL
GROUP BY ALL
ORDER BY quotes DESC, written
LIMIT $limit
