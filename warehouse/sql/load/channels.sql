-- What feeds, sitemaps and listings announced. Before load/fetches.sql, in its transaction; like it, by sets and times
-- of fetching only.
--
-- backfill_urls: addresses that only a backfill announced
-- feed_overlap: how many addresses of each check of a feed are new and how many known
-- latest_entries: the latest entry of each feed and address
-- feed_pace: time of the newest article of each feed, and the usual gap between its articles
-- feed_size: the usual number of entries of each feed
-- latest_links: one announcement of each address, the first, as if each channel were loaded by itself
-- modified_urls: addresses announced with a later time of modification than before

INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE url_key IN (SELECT md5_number_lower(url) FROM new_links UNION SELECT md5_number_lower(url) FROM new_entries)
UNION
SELECT md5_number_lower(article_id) FROM new_links WHERE article_id IS NOT NULL;
-- A backfill says nothing about the health of a channel: it asks for old days.
DELETE FROM new_checks WHERE run_id IN (SELECT run_id FROM ops.runs WHERE flow_name = 'backfill');
CREATE TEMP TABLE backfill_urls AS
SELECT url
FROM new_entries AS e
SEMI JOIN new_links AS n ON n.url = e.url AND n.source_id = e.source_id
LEFT JOIN ops.runs USING (run_id)
GROUP BY url
HAVING bool_and(flow_name IS NOT DISTINCT FROM 'backfill');

-- Counted before the entries are written.
CREATE TEMP TABLE feed_overlap AS
SELECT n.source_id, n.feed_id, n.checked_at, n.is_later,
  count(*) FILTER (WHERE e.url IS NULL AND is_first) AS n_new,
  count(*) FILTER (WHERE e.url IS NOT NULL OR NOT is_first) AS n_known
FROM (
  SELECT DISTINCT source_id, feed_id, url, last_seen_at AS checked_at,
    last_seen_at = min(last_seen_at) OVER (PARTITION BY source_id, feed_id, url) AS is_first,
    last_seen_at > min(last_seen_at) OVER (PARTITION BY source_id, feed_id) AS is_later
  FROM new_entries
) AS n
LEFT JOIN raw.feed_entries AS e USING (source_id, feed_id, url)
GROUP BY ALL;
DELETE FROM ops.feed_checks AS c
USING new_checks AS n
WHERE c.source_id = n.source_id AND c.feed_id = n.feed_id AND c.checked_at = n.checked_at;
INSERT INTO ops.feed_checks BY NAME
SELECT n.* EXCLUDE (n_new, is_gap), coalesce(o.n_new, 0) AS n_new,
  coalesce(
    n.kind = 'feed'
    AND o.n_new > 0
    AND o.n_known = 0
    AND (o.is_later OR EXISTS (FROM raw.feed_entries AS e WHERE e.source_id = n.source_id AND e.feed_id = n.feed_id)),
    FALSE
  ) AS is_gap
FROM (SELECT DISTINCT ON (source_id, feed_id, checked_at) * FROM new_checks) AS n
LEFT JOIN feed_overlap AS o USING (source_id, feed_id, checked_at);
-- An answer can show that all days between the answers before and after it were crawled; a day more for the zone.
INSERT INTO ops.uncounted BY NAME
WITH checks AS (
  SELECT source_id, feed_id, min(checked_at) AS first_at, max(checked_at) AS last_at FROM new_checks GROUP BY ALL
), spans AS (
  SELECT n.source_id,
    coalesce(max(c.checked_at) FILTER (c.checked_at < first_at), first_at) - INTERVAL 1 DAY AS since,
    coalesce(min(c.checked_at) FILTER (c.checked_at > last_at), last_at) + INTERVAL 1 DAY AS until
  FROM checks AS n
  LEFT JOIN ops.feed_checks AS c
    ON c.source_id = n.source_id
      AND c.feed_id = n.feed_id
      AND c.outcome IN ('ok', 'not_modified', 'same_hash')
  GROUP BY n.source_id, n.feed_id, first_at, last_at
)
SELECT DISTINCT source_id, unnest(generate_series(date_trunc('week', since), until, INTERVAL 7 DAY))::DATE AS week
FROM spans;

CREATE TEMP TABLE latest_entries AS
SELECT DISTINCT ON (source_id, feed_id, url) * REPLACE (
    min(first_seen_at) OVER (PARTITION BY source_id, feed_id, url) AS first_seen_at
  )
FROM new_entries
ORDER BY source_id, feed_id, url, last_seen_at DESC, modified_at DESC NULLS LAST;
UPDATE raw.feed_entries AS e
SET first_seen_at = least(e.first_seen_at, n.first_seen_at),
    last_seen_at = n.last_seen_at, title = n.title, guid = n.guid, published_raw = n.published_raw,
    published_at = n.published_at,
    modified_at = n.modified_at, in_language = n.in_language, run_id = n.run_id
FROM latest_entries AS n
WHERE e.source_id = n.source_id AND e.feed_id = n.feed_id AND e.url = n.url AND n.last_seen_at >= e.last_seen_at;
INSERT INTO raw.feed_entries BY NAME
SELECT * FROM latest_entries AS n ANTI JOIN raw.feed_entries AS e USING (source_id, feed_id, url);

-- A feed that is silent for much longer than its usual gap, or much shorter than it was, may be broken without an
-- error.
CREATE TEMP TABLE feed_pace AS
SELECT source_id, feed_id, checked_at, max(announced_at) AS newest_at, median(gap_seconds) AS gap_seconds
FROM (
  SELECT n.source_id, n.feed_id, n.checked_at, e.announced_at,
    epoch(e.announced_at)
      - epoch(
        lag(e.announced_at) OVER (PARTITION BY n.source_id, n.feed_id, n.checked_at ORDER BY e.announced_at)
      ) AS gap_seconds
  FROM new_checks AS n
  JOIN (
    SELECT DISTINCT source_id, feed_id, coalesce(published_at, first_seen_at) AS announced_at
    FROM raw.feed_entries
    WHERE feed_id IN (SELECT feed_id FROM new_checks)
  ) AS e ON e.source_id = n.source_id AND e.feed_id = n.feed_id AND e.announced_at <= n.checked_at
  WHERE n.kind = 'feed' AND n.outcome IN ('ok', 'same_hash', 'not_modified')
  QUALIFY row_number() OVER (PARTITION BY n.source_id, n.feed_id, n.checked_at ORDER BY e.announced_at DESC) <= 20
)
GROUP BY ALL HAVING count(*) >= 5;
CREATE TEMP TABLE feed_size AS
SELECT n.source_id, n.feed_id, n.checked_at, median(c.n_entries) AS usual
FROM new_checks AS n
JOIN ops.feed_checks AS c
  ON c.source_id = n.source_id
    AND c.feed_id = n.feed_id
    AND c.checked_at < n.checked_at
    AND c.checked_at > n.checked_at - INTERVAL 30 DAY
  AND c.outcome = 'ok'
WHERE n.kind = 'feed' AND n.outcome = 'ok'
GROUP BY ALL HAVING count(*) >= 3;
UPDATE ops.feed_checks AS c
SET note = concat_ws(
  '; ', c.note,
  'stale: nothing new since ' || strftime(p.newest_at, '%Y-%m-%d %H:%M') || ' UTC, usually every '
    || greatest(1, round(p.gap_seconds / 60))::INTEGER || ' minutes'
)
FROM feed_pace AS p
WHERE c.source_id = p.source_id AND c.feed_id = p.feed_id AND c.checked_at = p.checked_at
  AND epoch(p.checked_at) - epoch(p.newest_at) > greatest(10 * p.gap_seconds, 86400);
UPDATE ops.feed_checks AS c
SET note = concat_ws('; ', c.note, 'shrunk: ' || c.n_entries || ' entries, usually ' || s.usual::INTEGER)
FROM feed_size AS s
WHERE c.source_id = s.source_id AND c.feed_id = s.feed_id AND c.checked_at = s.checked_at AND 2 * c.n_entries < s.usual;

-- Discovery. Only the announcements of an address's own outlet change its state; those of another outlet are recorded
-- only.
CREATE TEMP TABLE latest_links AS
SELECT DISTINCT ON (url) * REPLACE (
    min(published_at) FILTER (is_own) OVER (PARTITION BY url) AS published_at,
    max(modified_at) FILTER (is_own) OVER (PARTITION BY url) AS modified_at,
    CASE WHEN is_own THEN story_day END AS story_day,
    url IN (FROM backfill_urls) AS is_past
  )
FROM new_links
ORDER BY url, is_own DESC, state, discovered_at, modified_at DESC NULLS LAST, discovered_by;
-- Its own outlet announces what only another outlet did before, or what the outlet's earlier pattern refused; or the
-- address has an owner now.
DELETE FROM ops.frontier AS f
USING latest_links AS n
WHERE f.url = n.url AND n.is_own
  AND (f.source_id <> n.source_id OR f.reason = 'other_outlet' OR (f.reason = 'not_matched' AND n.state = 'pending'));
UPDATE ops.frontier AS f
SET published_at = least(f.published_at, n.published_at),
    story_day = CASE WHEN n.published_at IS NULL THEN coalesce(f.story_day, n.story_day) ELSE n.story_day END,
    is_past = f.is_past AND n.is_past
FROM latest_links AS n
WHERE f.url = n.url AND n.is_own;
-- An article known only from a saved file is still to be fetched.
UPDATE ops.frontier AS f
SET state = 'pending', reason = NULL, detail = NULL, next_attempt_at = NULL
WHERE f.state = 'loaded'
  AND f.url IN (SELECT url FROM latest_links WHERE is_own AND state = 'pending')
  AND f.last_fetch_id IN (SELECT fetch_id FROM raw.fetches WHERE kind = 'file' AND http_status IS NULL);
-- What a backfill with a query left out is new to an ingest, which asks for everything.
UPDATE ops.frontier AS f
SET state = 'pending', reason = NULL, detail = NULL
FROM latest_links AS n
WHERE f.url = n.url AND f.reason = 'no_query_match' AND n.is_own AND n.state = 'pending' AND NOT n.is_past;
-- A later `modified_at` than the recorded one asks for another fetch, whichever of the article's addresses it comes
-- with.
CREATE TEMP TABLE modified_urls AS
SELECT f.url, max(n.modified_at) AS modified_at
FROM ops.frontier AS f
JOIN (
  SELECT article_id, max(modified_at) AS modified_at FROM latest_links WHERE is_own GROUP BY ALL
) AS n USING (article_id)
WHERE f.state IN ('loaded', 'quarantined', 'gone', 'pending')
  AND n.modified_at > coalesce(f.modified_at, TIMESTAMP '1970-01-01')
GROUP BY ALL;
UPDATE ops.frontier AS f
SET state = CASE WHEN f.modified_at IS NULL THEN f.state ELSE 'pending' END,
    reason = CASE WHEN f.modified_at IS NULL THEN f.reason END,
    detail = CASE WHEN f.modified_at IS NULL THEN f.detail END,
    next_attempt_at = CASE WHEN f.modified_at IS NULL THEN f.next_attempt_at END,
    modified_at = n.modified_at
FROM modified_urls AS n
WHERE f.url = n.url;
INSERT INTO ops.frontier BY NAME
SELECT * EXCLUDE (is_own) REPLACE (md5_number_lower(url) AS url_key, md5_number_lower(article_id) AS article_key)
FROM latest_links AS n ANTI JOIN ops.frontier AS f USING (url);
INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE url_key IN (SELECT md5_number_lower(url) FROM latest_links);
