-- Brings core.announced_articles and core.read_days to what is known now of the articles and weeks in ops.uncounted.
--
-- uncounted_articles: the keys of these articles
-- addresses: their addresses, as far as they are of articles of the outlet
-- articles_before, articles_after: their rows of core.announced_articles
-- changed_articles: rows that go, and rows that come
-- read_weeks: weeks whose read days may be other ones
-- days_before, days_after: their read days
-- last_days: the last read day of the outlets with such weeks, before and after
-- recounted_weeks: weeks of which an article or a read day has changed; week_no numbers the weeks
CREATE TEMP TABLE uncounted_articles AS
SELECT DISTINCT article_key FROM ops.uncounted WHERE article_key IS NOT NULL;
CREATE TEMP TABLE addresses AS
SELECT source_id, coalesce(article_id, url) AS article, coalesce(article_key, url_key) AS article_key, url, state,
  coalesce(reason, state) AS why, published_at, story_day, discovered_at
FROM ops.frontier
WHERE rowid IN (
  SELECT rowid FROM ops.frontier WHERE coalesce(article_key, url_key) IN (FROM uncounted_articles)
)
AND (reason IS NULL OR reason NOT IN ('not_matched', 'other_outlet', 'not_article', 'duplicate'));
CREATE TEMP TABLE articles_before AS
FROM core.announced_articles
WHERE rowid IN (SELECT rowid FROM core.announced_articles WHERE article_key IN (FROM uncounted_articles));
CREATE TEMP TABLE articles_after AS
WITH announcements AS (
  SELECT
    e.url,
    e.source_id,
    bool_or(c.kind = 'feed') AS in_feed,
    bool_or(c.kind = 'sitemap') AS in_sitemap,
    bool_or(c.kind IN ('index', 'wordpress')) AS in_listing
  FROM raw.feed_entries AS e
  SEMI JOIN addresses AS f ON f.url = e.url AND f.source_id = e.source_id
  JOIN core.channels AS c ON c.source_id = e.source_id AND c.feed_id = e.feed_id
  GROUP BY ALL
), known_articles AS (
  SELECT
    f.source_id,
    f.article,
    f.article_key,
    min(f.url) AS url,
    coalesce(bool_or(e.in_feed), FALSE) AS in_feed,
    coalesce(bool_or(e.in_sitemap), FALSE) AS in_sitemap,
    coalesce(bool_or(e.in_listing), FALSE) AS in_listing,
    arg_min(f.state, f.state <> 'loaded') AS state,
    arg_min(f.why, f.state <> 'loaded') AS why,
    min(f.published_at) AS announced_at,
    min(f.story_day) AS announced_day,
    min(f.discovered_at) AS discovered_at
  FROM addresses AS f
  LEFT JOIN announcements AS e ON e.url = f.url AND e.source_id = f.source_id
  GROUP BY ALL
), loaded_articles AS (
  SELECT article_id, date_published, content_reference_date, first_seen_at
  FROM core.articles
  WHERE rowid IN (SELECT rowid FROM core.articles WHERE article_key IN (FROM uncounted_articles))
)
SELECT
  k.source_id,
  k.article,
  k.article_key,
  k.url,
  coalesce(
    core.article_day(a.date_published, a.content_reference_date, a.first_seen_at), k.announced_day,
    mart.wib_date(k.discovered_at)
  ) AS day,
  nullif(regexp_extract(k.url, '^https?://[^/]+/([a-z][a-z-]*)/', 1), '') AS section,
  (hour(mart.wib(coalesce(a.date_published, k.announced_at))) // 6)::TINYINT AS quarter,
  k.in_feed,
  k.in_sitemap,
  k.in_listing,
  k.state = 'loaded' AS is_loaded,
  CASE WHEN k.state <> 'loaded' THEN k.why END AS lost_reason
FROM known_articles AS k
LEFT JOIN loaded_articles AS a ON a.article_id = k.article;
CREATE TEMP TABLE changed_articles AS
SELECT *, FALSE AS is_new FROM (FROM articles_before EXCEPT FROM articles_after)
UNION ALL
SELECT *, TRUE FROM (FROM articles_after EXCEPT FROM articles_before);
DELETE FROM core.announced_articles
WHERE (source_id, article_key) IN (SELECT (source_id, article_key) FROM changed_articles WHERE NOT is_new);
INSERT INTO core.announced_articles BY NAME SELECT * EXCLUDE (is_new) FROM changed_articles WHERE is_new;

CREATE TEMP TABLE read_weeks AS
SELECT source_id, week FROM ops.uncounted WHERE week IS NOT NULL
UNION
SELECT source_id, date_trunc('week', day)::DATE FROM changed_articles;
CREATE TEMP TABLE days_before AS
FROM core.read_days
WHERE (source_id, date_trunc('week', day)::DATE) IN (SELECT (source_id, week) FROM read_weeks);
-- With a day more on both sides, whatever the zone: fetches of other times need not be read
SET VARIABLE since = (SELECT min(week) - INTERVAL 1 DAY FROM read_weeks);
SET VARIABLE until = (SELECT max(week) + INTERVAL 8 DAY FROM read_weeks);
CREATE TEMP TABLE days_after AS
SELECT source_id, day
FROM (
  SELECT source_id, mart.wib_date(fetched_at) AS day
  FROM raw.fetches
  WHERE kind IN ('feed', 'sitemap', 'index', 'wordpress') AND outcome <> 'failed'
    AND fetched_at BETWEEN getvariable('since') AND getvariable('until')
  UNION
  FROM core.crawled_days
  UNION
  SELECT source_id, day FROM core.announced_articles
  WHERE day BETWEEN getvariable('since') AND getvariable('until')
)
WHERE (source_id, date_trunc('week', day)::DATE) IN (SELECT (source_id, week) FROM read_weeks);
CREATE TEMP TABLE last_days AS
SELECT source_id, max(day) AS before FROM core.read_days SEMI JOIN read_weeks USING (source_id) GROUP BY source_id;
DELETE FROM core.read_days
WHERE (source_id, day) IN (SELECT (source_id, day) FROM (FROM days_before EXCEPT FROM days_after));
INSERT INTO core.read_days FROM days_after EXCEPT FROM days_before;
CREATE TEMP TABLE recounted_weeks AS
WITH changed_days AS (
  SELECT source_id, day FROM changed_articles
  UNION
  (FROM days_before EXCEPT FROM days_after)
  UNION
  (FROM days_after EXCEPT FROM days_before)
  UNION
  -- the week of the last day ends with it
  SELECT source_id, unnest([any_value(l.before), max(d.day)])
  FROM last_days AS l
  JOIN core.read_days AS d USING (source_id)
  GROUP BY source_id
  HAVING max(d.day) <> any_value(l.before)
)
SELECT DISTINCT source_id, date_trunc('week', day)::DATE AS week, date_diff('week', DATE '1970-01-05', week) AS week_no
FROM changed_days;
DELETE FROM ops.uncounted;
