-- The events that a search found, those with most of its articles first.
SELECT
  e.day,
  e.headline,
  e.kind,
  e.place,
  e.n_outlets,
  e.n_articles,
  count(*) AS n_found,
  e.event_id
FROM found_articles AS f
JOIN mart.event_members USING (article_id)
JOIN mart.events AS e USING (event_id)
WHERE mart.is_within(e.day, $since, $until)
  AND coalesce(list_contains(e.outlets, $source), TRUE)
GROUP BY ALL
ORDER BY n_found DESC, e.n_outlets DESC, e.day DESC, e.event_id
LIMIT $limit;
