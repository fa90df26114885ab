-- Which days articles point ahead to: the first hundred days after those on which they were published, without copies.
--
-- id: Hari mana di masa depan yang disebut artikel: seratus hari pertama sesudah hari terbit, tanpa salinan.
-- over outlets
SELECT
  date_start AS day,
  date_end AS last_day,
  count(DISTINCT article_id) AS articles,
  list_sort(list(DISTINCT source_name)) AS outlets,
  arg_max(text, m.day) AS text,
  arg_max(headline, m.day) AS headline, -- of the latest article
  arg_max(url, m.day) AS url
FROM mart.dates AS m
WHERE resolution IN ('day', 'day_range') AND date_start > m.day AND is_cluster_lead
  AND mart.is_within(m.day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY date_start, date_end
ORDER BY date_start DESC, date_end DESC
LIMIT 100;
