-- Attention by period to what `found_articles` has, as mart.attention counts it: sums over outlets and days first, then
-- their ratio.
WITH found AS (
  SELECT f.source_id, f.day, count(*) AS n_matching, count(*) FILTER (f.is_cluster_lead) AS n_originals,
    sum(a.word_count)::BIGINT AS n_words
  FROM found_articles AS f
  JOIN mart.article_days AS a USING (version_id)
  GROUP BY ALL
), days AS (
  SELECT
    d.*,
    CASE WHEN d.is_crawled THEN coalesce(found.n_matching, 0) END AS matching,
    CASE WHEN d.is_crawled THEN coalesce(found.n_words, 0) END AS words,
    CASE WHEN d.is_crawled THEN coalesce(found.n_originals, 0) END AS matching_originals
  FROM mart.outlet_days AS d
  LEFT JOIN found ON found.source_id = d.source_id AND found.day = d.day
)
SELECT
  date_trunc($period, day)::DATE AS begins,
  $columns
  sum(matching)::BIGINT AS matching, -- noqa: AL02, LT01
  sum(n_articles)::BIGINT AS articles,
  round(sum(matching) / nullif(sum(n_articles), 0), 6) AS share,
  sum(words)::BIGINT AS words,
  sum(matching_originals)::BIGINT AS matching_originals,
  sum(n_originals)::BIGINT AS originals,
  round(sum(matching_originals) / nullif(sum(n_originals), 0), 6) AS share_of_originals,
  count(n_articles) AS crawled_days,
  count(*) - count(n_articles) AS uncrawled_days
FROM days
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY ALL
ORDER BY ALL;
