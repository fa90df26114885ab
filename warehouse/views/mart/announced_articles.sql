-- One row per article of which the address is known: the kinds of channels of its own outlet that announced it, and
-- what became of it.
CREATE OR REPLACE VIEW mart.announced_articles AS
WITH channels AS (
  SELECT DISTINCT source_id, requested_url AS feed_id, kind
  FROM raw.fetches
  WHERE kind IN ('feed', 'sitemap', 'index', 'wordpress')
), announcements AS (
  SELECT
    e.url,
    e.source_id,
    bool_or(c.kind = 'feed') AS in_feed,
    bool_or(c.kind = 'sitemap') AS in_sitemap,
    bool_or(c.kind IN ('index', 'wordpress')) AS in_listing
  FROM raw.feed_entries AS e
  JOIN channels AS c USING (source_id, feed_id)
  GROUP BY ALL
), known_articles AS (
  SELECT
    f.source_id,
    coalesce(f.article_id, f.url) AS article,
    min(f.url) AS url,
    coalesce(bool_or(e.in_feed), FALSE) AS in_feed,
    coalesce(bool_or(e.in_sitemap), FALSE) AS in_sitemap,
    coalesce(bool_or(e.in_listing), FALSE) AS in_listing,
    arg_min(f.state, f.state <> 'loaded') AS state,
    arg_min(coalesce(f.reason, f.state), f.state <> 'loaded') AS why,
    min(f.published_at) AS announced_at,
    min(f.story_day) AS announced_day,
    min(f.discovered_at) AS discovered_at
  FROM ops.frontier AS f
  LEFT JOIN announcements AS e ON e.url = f.url AND e.source_id = f.source_id
  WHERE f.reason IS NULL OR f.reason NOT IN ('not_matched', 'other_outlet', 'not_article', 'duplicate')
  GROUP BY ALL
)
SELECT
  k.source_id, -- TOML name of the outlet
  k.article, -- its article_id, or its address if that is not known
  k.url, -- the first of its addresses, by letters
  coalesce(
    core.article_day(a.date_published, a.content_reference_date, a.first_seen_at), k.announced_day,
    mart.wib_date(k.discovered_at)
  ) AS day, -- the day to count it under, in western Indonesian time; if it is not loaded, as announced
  nullif(regexp_extract(k.url, '^https?://[^/]+/([a-z][a-z-]*)/', 1), '') AS section, -- first part of the path of its
    -- address, if that is a word
  hour(mart.wib(coalesce(a.date_published, k.announced_at))) // 6 AS quarter, -- of the day, 0 to 3, by its time of
    -- publication; NULL if that is not known
  k.in_feed, -- a feed announced it
  k.in_sitemap, -- a sitemap announced it
  k.in_listing, -- a listing page announced it, or the WordPress API
  k.state = 'loaded' AS is_loaded, -- it is in mart.articles
  CASE WHEN k.state <> 'loaded' THEN k.why END AS lost_reason -- why it is not loaded: a reason or a state of
    -- ops.frontier
FROM known_articles AS k
LEFT JOIN core.articles AS a ON a.article_id = k.article;
