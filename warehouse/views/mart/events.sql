-- What happened, by the articles of all outlets about it: one row per event. Most events have one article. Groups are
-- found by rules and can be wrong; 'event.articles' of mart.rules has no precision until it is measured on other days
-- than those that chose the rules.
CREATE OR REPLACE VIEW mart.events AS
WITH places AS (
  -- where most of its originals say that it happened: the region, or else its province
  SELECT event_id, arg_max({name: name, code: kemendagri_code}, (n, length(kemendagri_code), name)) AS place
  FROM (
    SELECT e.event_id, r.name, r.kemendagri_code, count(DISTINCT e.article_id) AS n
    FROM core.article_events AS e
    JOIN core.article_places AS p USING (version_id)
    JOIN ref.regions AS r ON r.region_id = p.region_id
    WHERE p.role = 'event_location' AND r.kemendagri_code IS NOT NULL
    GROUP BY ALL
  )
  GROUP BY event_id
), names AS (
  -- those that at least half of its originals name in their first lines
  SELECT event_id, list(name ORDER BY n DESC, name) FILTER (kind = 'person')[:5] AS people,
    list(name ORDER BY n DESC, name) FILTER (kind = 'organization')[:5] AS organizations
  FROM (
    SELECT e.event_id, coalesce(i.canonical_name, m.entity_name) AS name, coalesce(i.kind, m.entity_type) AS kind,
      count(DISTINCT e.article_id) AS n
    FROM core.article_events AS e
    JOIN core.entity_mentions AS m USING (version_id)
    LEFT JOIN core.identities AS i ON i.entity_id = m.entity_id AND i.article_id IS NULL
    WHERE m.char_start < 1000 AND core.is_ruled(m.rule_id)
    GROUP BY ALL
  )
  JOIN (SELECT event_id, count(*) AS n_originals FROM core.article_events GROUP BY ALL) USING (event_id)
  WHERE n * 2 >= n_originals
  GROUP BY event_id
)
SELECT
  e.event_id, -- article_id of the earliest article about it; stays the same unless an earlier one is loaded
  min(e.day) AS day, -- of the first report
  min(e.reported_at) AS reported_at, -- of the first report: published, else first seen, UTC
  max(e.reported_at) AS last_reported_at, -- likewise of the last one
  date_diff('minute', min(e.reported_at), max(e.reported_at)) AS span_minutes, -- from the first to the last report
  any_value(k.kind) AS kind, -- of most of its originals, such as fire or match; a page that tells of no event, such as
    -- horoscope or price_list, is alone; NULL where no headline tells
  any_value(p.place['name']) AS place, -- region where most originals say that it happened
  any_value(p.place['code']) AS kemendagri_code, -- of that place, of the interior ministry
  any_value(n.people) AS people, -- at most five that half of its originals name in their first lines
  any_value(n.organizations) AS organizations, -- likewise
  arg_min(e.source_name, (e.reported_at, e.article_id)) AS first_source_name, -- outlet of the first report that was
    -- loaded
  count(*) AS n_articles, -- copies too
  count(DISTINCT e.source_name) AS n_outlets, -- that report it
  count(DISTINCT e.origin) AS n_origins, -- independent ones: the copies of one text, and all texts of one agency, count
    -- once
  list_sort(list(DISTINCT e.source_name)) AS outlets, -- that report it
  arg_min(e.headline, (e.reported_at, e.article_id)) AS headline, -- of the first report
  arg_min(e.url, (e.reported_at, e.article_id)) AS url -- of the first report
FROM mart.event_articles AS e
LEFT JOIN (SELECT event_id, mode(kind ORDER BY kind) AS kind FROM core.article_events GROUP BY event_id) AS k
  USING (event_id)
LEFT JOIN places AS p USING (event_id)
LEFT JOIN names AS n USING (event_id)
GROUP BY e.event_id;
