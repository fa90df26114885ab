-- Share of voice: the quoted words of each institution as a share of all, by month; the first fifty.
--
-- id: Bagian suara: kata yang dikutip dari tiap lembaga sebagai bagian dari semuanya, per bulan; lima puluh yang
--   pertama.
-- over outlets
WITH statements AS NOT MATERIALIZED (
  SELECT date_trunc('month', day)::DATE AS month, speaker_affiliation AS affiliation, speaker_entity_id, speaker_class,
    word_count
  FROM mart.statements
  WHERE speaker_affiliation IS NOT NULL
    AND mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
), monthly_counts AS (
  SELECT affiliation, month, count(*) AS quotes, sum(word_count) AS words
  FROM statements
  GROUP BY ALL
), top_affiliations AS (
  SELECT affiliation, sum(quotes)::BIGINT AS quotes, sum(words)::BIGINT AS words
  FROM monthly_counts
  GROUP BY affiliation
  ORDER BY words DESC, affiliation
  LIMIT 50
), speaker_counts AS (
  SELECT affiliation, count(DISTINCT speaker_entity_id) AS n, mode(speaker_class) AS speaker_class
  FROM statements
  JOIN top_affiliations USING (affiliation)
  GROUP BY affiliation
)
SELECT
  affiliation,
  any_value(speaker_counts.speaker_class) AS speaker_class,
  any_value(top_affiliations.words) AS words,
  round(100.0 * any_value(top_affiliations.words) / (SELECT sum(words) FROM monthly_counts), 1) AS percent,
  any_value(top_affiliations.quotes) AS quotes,
  any_value(speaker_counts.n) AS speakers,
  list(coalesce(monthly_counts.words, 0)::BIGINT ORDER BY month) AS per_month
FROM top_affiliations
CROSS JOIN (SELECT DISTINCT month FROM monthly_counts)
LEFT JOIN monthly_counts USING (affiliation, month)
JOIN speaker_counts USING (affiliation)
GROUP BY affiliation
ORDER BY words DESC, affiliation;
