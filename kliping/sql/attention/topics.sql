-- Attention to topics by period, as attention.sql has that to a query.
SELECT
  t.topic_id,
  date_trunc($period, d.day)::DATE AS begins,
  sum(CASE WHEN d.is_crawled THEN coalesce(c.n_articles, 0) END)::BIGINT AS matching,
  sum(d.n_articles)::BIGINT AS articles,
  round(sum(CASE WHEN d.is_crawled THEN coalesce(c.n_articles, 0) END) / nullif(sum(d.n_articles), 0), 6) AS share,
  sum(CASE WHEN d.is_crawled THEN coalesce(c.words, 0) END)::BIGINT AS words,
  sum(CASE WHEN d.is_crawled THEN coalesce(c.n_originals, 0) END)::BIGINT AS matching_originals,
  sum(d.n_originals)::BIGINT AS originals,
  round(
    sum(CASE WHEN d.is_crawled THEN coalesce(c.n_originals, 0) END) / nullif(sum(d.n_originals), 0), 6
  ) AS share_of_originals
FROM mart.outlet_days AS d
CROSS JOIN (SELECT unnest($topics::VARCHAR[]) AS topic_id) AS t
LEFT JOIN mart.day_counts AS c ON c.topic_id = t.topic_id AND c.day = d.day AND c.source_id = d.source_id
WHERE mart.is_within(d.day, $since, $until)
  AND d.source_name = coalesce($source, d.source_name)
GROUP BY ALL
ORDER BY ALL;
