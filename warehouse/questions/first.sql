-- Who was first with events that several outlets reported, and by how much: by outlet. Neither copies nor pages without
-- a time of day count. The medians are of the events that it had first, and of the others; of three and more.
--
-- id: Siapa yang lebih dulu memberitakan peristiwa yang diberitakan beberapa media, dan selisihnya: per media.
--   Salinan dan halaman tanpa jam tidak dihitung. Median dihitung dari peristiwa yang lebih dulu diberitakan, dan dari
--   yang lain; masing-masing minimal tiga.
-- by outlet
WITH reports AS (
  SELECT event_id, source_name, reported_at, has_time AND is_cluster_lead AS counts,
    min(day) OVER (PARTITION BY event_id) AS event_day
  FROM mart.event_articles
), firsts AS (
  SELECT event_id, event_day, source_name, min(reported_at) AS reported_at
  FROM reports
  WHERE counts
  GROUP BY ALL
), ranked AS (
  SELECT source_name,
    row_number() OVER places = 1 AS is_first,
    date_diff('minute', reported_at, lead(reported_at) OVER places) AS minutes_before_next,
    date_diff('minute', first_value(reported_at) OVER places, reported_at) AS minutes_after_first,
    event_day
  FROM firsts
  WINDOW places AS (PARTITION BY event_id ORDER BY reported_at, source_name)
  QUALIFY count(*) OVER (PARTITION BY event_id) > 1
)
SELECT
  source_name,
  count(*) AS events,
  count(*) FILTER (is_first) AS first,
  round(100.0 * avg(is_first::INTEGER), 1) AS percent_first,
  CASE WHEN first >= 3 THEN round(median(minutes_before_next) FILTER (is_first))::INTEGER END AS median_minutes_ahead,
  CASE WHEN events - first >= 3 THEN round(median(minutes_after_first) FILTER (NOT is_first))::INTEGER END
    AS median_minutes_behind
FROM ranked
WHERE mart.is_within(event_day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY source_name
ORDER BY first DESC, percent_first DESC, source_name;
