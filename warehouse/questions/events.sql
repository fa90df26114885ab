-- Which events did most outlets report, from how many independent origins, and who was first: the first fifty.
--
-- id: Peristiwa mana yang diberitakan paling banyak media, dari berapa sumber mandiri, dan siapa yang pertama: lima
--   puluh yang pertama.
-- over outlets
SELECT
  day,
  n_outlets AS outlets,
  n_origins AS origins,
  n_articles AS articles,
  first_source_name,
  round(span_minutes / 60, 1) AS span_hours,
  outlets AS reported_by,
  headline,
  url
FROM mart.events
WHERE n_outlets > 1
  AND mart.is_within(day, $since, $until)
  AND coalesce(list_contains(outlets, $source), TRUE)
ORDER BY n_outlets DESC, n_origins DESC, day DESC, event_id
LIMIT 50;
