-- Attention by period: sums over outlets and days first, then their ratio.
SELECT
  date_trunc($period, day)::DATE AS begins,
  $columns
  sum(matching)::BIGINT AS matching,
  sum(articles)::BIGINT AS articles,
  round(sum(matching) / nullif(sum(articles), 0), 6) AS share,
  sum(words)::BIGINT AS words,
  sum(matching_originals)::BIGINT AS matching_originals,
  sum(originals)::BIGINT AS originals,
  round(sum(matching_originals) / nullif(sum(originals), 0), 6) AS share_of_originals,
  count(articles) AS crawled_days,
  count(*) - count(articles) AS uncrawled_days
FROM mart.attention($query)
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
GROUP BY ALL
ORDER BY ALL;
