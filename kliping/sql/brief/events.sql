-- What most outlets reported.
WITH top AS (
  FROM mart.events
  WHERE mart.is_within(day, $since, $until)
    AND coalesce(list_contains(outlets, $source), TRUE)
    AND n_outlets > 1
  ORDER BY n_outlets DESC, n_origins DESC, n_articles DESC, day DESC, event_id
  LIMIT 5
)
SELECT
  t.headline AS what,
  t.n_outlets,
  t.n_articles,
  t.first_source_name AS source_name,
  a.day,
  a.url,
  a.article_id,
  a.body_text,
  0 AS char_start,
  1 AS char_end
FROM top AS t
JOIN mart.articles AS a ON a.article_id = t.event_id
ORDER BY t.n_outlets DESC, t.n_origins DESC, t.n_articles DESC, t.day DESC, t.event_id;
