-- The largest events.
SELECT day, kind, place, n_articles AS articles, n_outlets AS outlets, n_origins AS origins,
  round(span_minutes / 60, 1) AS hours, headline
FROM mart.events
ORDER BY n_articles DESC, n_outlets DESC, event_id
LIMIT least($limit, 10)
