-- The articles of an event, the first report first.
SELECT
  a.day,
  e.reported_at,
  e.has_time, -- FALSE where the page gives no time of day
  a.date_published_offset_minutes AS offset_minutes,
  a.source_name,
  a.headline,
  a.authors,
  NOT a.is_cluster_lead AS is_copy,
  a.n_versions,
  a.article_id,
  a.url
FROM mart.event_articles AS e
JOIN mart.article_metadata AS a USING (article_id)
WHERE e.event_id = $event
ORDER BY e.reported_at, a.article_id;
