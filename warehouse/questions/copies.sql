-- Which articles other outlets copied most, and how soon: the first fifty.
--
-- id: Artikel mana yang paling banyak disalin media lain, dan seberapa cepat: lima puluh yang pertama.
-- over outlets
SELECT
  lead_source_name,
  lead_headline,
  count(*) AS copies,
  list_sort(list(DISTINCT source_name)) AS outlets,
  round(100 * median(containment))::INTEGER AS median_percent_shared,
  min(minutes_after) AS first_after_minutes,
  min(origin) AS origin,
  lead_url
FROM mart.copies
WHERE NOT is_own
  AND mart.is_within(day, $since, $until)
  AND coalesce($source IN (source_name, lead_source_name), TRUE)
  AND filter_by($topic, article_id IN (SELECT article_id FROM mart.topic_articles WHERE topic_id = $topic))
GROUP BY cluster_id, lead_source_name, lead_headline, lead_url
ORDER BY copies DESC, lead_source_name, lead_headline
LIMIT 50;
