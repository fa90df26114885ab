-- What happened, by the articles of all outlets about it: one row per event. Most events have one article. Groups are
-- found by rules and can be wrong; 'event.articles' of mart.rules was not measured on real pages.
CREATE OR REPLACE VIEW mart.events AS
SELECT
  event_id, -- article_id of the earliest article about it; stays the same unless an earlier one is loaded
  min(day) AS day, -- of the first report
  min(reported_at) AS reported_at, -- of the first report: published, else first seen, UTC
  max(reported_at) AS last_reported_at, -- likewise of the last one
  date_diff('minute', min(reported_at), max(reported_at)) AS span_minutes, -- from the first to the last report
  arg_min(source_name, (reported_at, article_id)) AS first_source_name, -- outlet of the first report that was loaded
  count(*) AS n_articles, -- copies too
  count(DISTINCT source_name) AS n_outlets, -- that report it
  count(DISTINCT origin) AS n_origins, -- independent ones: the copies of one text, and all texts of one agency, count
    -- once
  list_sort(list(DISTINCT source_name)) AS outlets, -- that report it
  arg_min(headline, (reported_at, article_id)) AS headline, -- of the first report
  arg_min(url, (reported_at, article_id)) AS url -- of the first report
FROM mart.event_articles
GROUP BY event_id;
