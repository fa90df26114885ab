-- One batch into the warehouse, in one transaction. The staging tables `new_*` hold what the batch says; a fetch that is loaded again
-- replaces what it said before. Everything is set-wise and looks at times of fetching only, so that any order and any batching of the
-- same pages ends in the same rows.

-- raw
DELETE FROM raw.fetches WHERE fetch_id IN (SELECT fetch_id FROM new_fetches);
INSERT INTO raw.fetches BY NAME SELECT DISTINCT ON (fetch_id) * FROM new_fetches;

-- A backfill is no sign of health: what it asks is not what a live channel is asked for.
DELETE FROM new_checks WHERE run_id IN (SELECT run_id FROM ops.runs WHERE flow_name = 'backfill');
CREATE TEMP TABLE past AS
SELECT url FROM new_entries LEFT JOIN ops.runs USING (run_id) GROUP BY url HAVING bool_and(flow_name IS NOT DISTINCT FROM 'backfill');

-- How much of it is new is asked before it is known.
CREATE TEMP TABLE overlap AS
SELECT n.feed_id, count(*) FILTER (WHERE e.url IS NULL) AS n_new, count(e.url) AS n_known
FROM (SELECT DISTINCT feed_id, url FROM new_entries) AS n
LEFT JOIN raw.feed_entries AS e USING (feed_id, url)
GROUP BY ALL;
DELETE FROM ops.feed_checks AS c USING new_checks AS n WHERE c.feed_id = n.feed_id AND c.checked_at = n.checked_at;
INSERT INTO ops.feed_checks BY NAME
SELECT n.* EXCLUDE (n_new, is_gap), coalesce(o.n_new, 0) AS n_new,
  coalesce(n.kind = 'feed' AND o.n_new > 0 AND o.n_known = 0 AND EXISTS (FROM raw.feed_entries AS e WHERE e.feed_id = n.feed_id), FALSE) AS is_gap
FROM (SELECT DISTINCT ON (feed_id, checked_at) * FROM new_checks) AS n
LEFT JOIN overlap AS o USING (feed_id);

CREATE TEMP TABLE entries AS
SELECT DISTINCT ON (feed_id, url) * FROM new_entries ORDER BY feed_id, url, modified_at DESC NULLS LAST;
UPDATE raw.feed_entries AS e
SET first_seen_at = least(e.first_seen_at, n.first_seen_at),
    last_seen_at = n.last_seen_at, title = n.title, guid = n.guid, published_raw = n.published_raw, published_at = n.published_at,
    modified_at = n.modified_at, in_language = n.in_language, run_id = n.run_id
FROM entries AS n
WHERE e.feed_id = n.feed_id AND e.url = n.url AND n.last_seen_at >= e.last_seen_at;
INSERT INTO raw.feed_entries BY NAME
SELECT * FROM entries AS n ANTI JOIN raw.feed_entries AS e USING (feed_id, url);

-- ops: a feed that is quiet for much longer than its stories lie apart, or much shorter than it was, may be broken where nobody looks
CREATE TEMP TABLE pace AS
SELECT feed_id, checked_at, max(told_at) AS newest_at, median(gap_seconds) AS gap_seconds
FROM (
  SELECT n.feed_id, n.checked_at, e.told_at, epoch(e.told_at) - epoch(lag(e.told_at) OVER (PARTITION BY n.feed_id, n.checked_at ORDER BY e.told_at)) AS gap_seconds
  FROM new_checks AS n
  JOIN (
    SELECT DISTINCT feed_id, coalesce(published_at, first_seen_at) AS told_at
    FROM raw.feed_entries
    WHERE feed_id IN (SELECT feed_id FROM new_checks)
  ) AS e ON e.feed_id = n.feed_id AND e.told_at <= n.checked_at
  WHERE n.kind = 'feed' AND n.outcome IN ('ok', 'same_hash', 'not_modified')
  QUALIFY row_number() OVER (PARTITION BY n.feed_id, n.checked_at ORDER BY e.told_at DESC) <= 20
)
GROUP BY ALL HAVING count(*) >= 5;
CREATE TEMP TABLE size AS
SELECT n.feed_id, n.checked_at, median(c.n_entries) AS usual
FROM new_checks AS n
JOIN ops.feed_checks AS c ON c.feed_id = n.feed_id AND c.checked_at < n.checked_at AND c.checked_at > n.checked_at - INTERVAL 30 DAY AND c.outcome = 'ok'
WHERE n.kind = 'feed' AND n.outcome = 'ok'
GROUP BY ALL HAVING count(*) >= 3;
UPDATE ops.feed_checks AS c
SET note = concat_ws('; ', c.note, 'stale: nothing new since ' || strftime(p.newest_at, '%Y-%m-%d %H:%M') || ' UTC, usually every ' || greatest(1, round(p.gap_seconds / 60))::INTEGER || ' minutes')
FROM pace AS p
WHERE c.feed_id = p.feed_id AND c.checked_at = p.checked_at AND epoch(p.checked_at) - epoch(p.newest_at) > greatest(10 * p.gap_seconds, 86400);
UPDATE ops.feed_checks AS c
SET note = concat_ws('; ', c.note, 'shrunk: ' || c.n_entries || ' entries, usually ' || s.usual::INTEGER)
FROM size AS s
WHERE c.feed_id = s.feed_id AND c.checked_at = s.checked_at AND 2 * c.n_entries < s.usual;

-- ops: discovery. A later `modified_at` than the one known asks for another look, by whichever of an article's addresses it comes.
CREATE TEMP TABLE links AS
SELECT DISTINCT ON (url) * REPLACE (min(published_at) OVER (PARTITION BY url) AS published_at, url IN (FROM past) AS is_past)
FROM new_links
ORDER BY url, state, modified_at DESC NULLS LAST, discovered_by;
UPDATE ops.frontier AS f
SET published_at = least(f.published_at, n.published_at),
    story_day = CASE WHEN n.published_at IS NULL THEN coalesce(f.story_day, n.story_day) ELSE n.story_day END,
    is_past = f.is_past AND n.is_past
FROM links AS n
WHERE f.url = n.url;
CREATE TEMP TABLE touched AS
SELECT f.url, max(n.modified_at) AS modified_at
FROM ops.frontier AS f
JOIN (SELECT article_id, max(modified_at) AS modified_at FROM links GROUP BY ALL) AS n USING (article_id)
WHERE f.state IN ('loaded', 'quarantined', 'gone', 'pending') AND n.modified_at > coalesce(f.modified_at, TIMESTAMP '1970-01-01')
GROUP BY ALL;
UPDATE ops.frontier AS f
SET state = CASE WHEN f.modified_at IS NULL THEN f.state ELSE 'pending' END,
    reason = CASE WHEN f.modified_at IS NULL THEN f.reason END,
    detail = CASE WHEN f.modified_at IS NULL THEN f.detail END,
    next_attempt_at = CASE WHEN f.modified_at IS NULL THEN f.next_attempt_at END,
    modified_at = n.modified_at
FROM touched AS n
WHERE f.url = n.url;
INSERT INTO ops.frontier BY NAME SELECT * FROM links AS n ANTI JOIN ops.frontier AS f USING (url);

-- ops: fates
CREATE TEMP TABLE fates AS
SELECT DISTINCT ON (url) * FROM new_fates ORDER BY url, discovered_at DESC, last_fetch_id;
-- What an operator has closed stays closed.
UPDATE fates AS n
SET state = 'skipped'
FROM ops.quarantine AS q
WHERE q.url = n.url AND q.fetch_id = n.last_fetch_id AND q.resolution = 'ignored' AND n.state = 'quarantined';
-- An unchanged answer has the fate of the one it repeats. What else is older than the last look at its address is history: a reparse, or a
-- late recovery, makes nothing live that has gone since, and answers no announcement that came since.
UPDATE fates AS n
SET last_fetch_id = l.fetch_id, discovered_at = l.fetched_at
FROM ops.frontier AS f
JOIN raw.fetches AS l ON l.fetch_id = f.last_fetch_id
WHERE f.url = n.url AND l.same_as = n.last_fetch_id;
DELETE FROM fates WHERE url IN (
  SELECT n.url
  FROM fates AS n
  JOIN ops.frontier AS f USING (url)
  JOIN raw.fetches AS l ON l.fetch_id = f.last_fetch_id
  WHERE n.discovered_at < l.fetched_at OR (n.last_fetch_id = l.fetch_id AND f.state = 'pending')
);
INSERT INTO ops.frontier BY NAME SELECT * REPLACE ('pending' AS state) FROM fates AS n ANTI JOIN ops.frontier AS f USING (url);
UPDATE ops.frontier AS f
SET state = n.state, reason = n.reason, detail = n.detail,
    next_attempt_at = CASE
      WHEN n.state = 'gone' AND f.state = 'gone' THEN NULL  -- seen missing on two days
      WHEN n.state = 'deferred' AND n.next_attempt_at IS NULL THEN n.discovered_at + least(15 * 2 ** f.attempts, 1440) * INTERVAL 1 MINUTE
      ELSE n.next_attempt_at
    END,
    attempts = CASE WHEN n.state = 'deferred' THEN f.attempts + 1 ELSE 0 END,
    article_id = coalesce(n.article_id, f.article_id), last_fetch_id = coalesce(n.last_fetch_id, f.last_fetch_id), last_run_id = n.last_run_id
FROM fates AS n
WHERE f.url = n.url;
-- other addresses of an article that is loaded need no fetch
UPDATE ops.frontier AS f
SET state = 'duplicate', reason = 'duplicate', detail = n.url
FROM (SELECT article_id, min(url) AS url FROM fates WHERE state = 'loaded' GROUP BY ALL) AS n
WHERE f.article_id = n.article_id AND f.url <> n.url AND f.state IN ('pending', 'loaded', 'deferred');

DELETE FROM ops.quarantine WHERE quarantine_id IN (SELECT quarantine_id FROM new_quarantine) AND resolution IS DISTINCT FROM 'ignored';
INSERT INTO ops.quarantine BY NAME SELECT DISTINCT ON (quarantine_id) * FROM new_quarantine ANTI JOIN ops.quarantine USING (quarantine_id);

-- core: dimensions
DELETE FROM core.sources WHERE source_id IN (SELECT source_id FROM new_sources);
INSERT INTO core.sources BY NAME SELECT DISTINCT ON (source_id) * FROM new_sources;
CREATE TEMP TABLE people AS
SELECT author_id, any_value(source_id) AS source_id, any_value(name) AS name, min(url) AS url, bool_or(is_staff_desk) AS is_staff_desk
FROM new_authors GROUP BY author_id;
UPDATE core.authors AS a
SET url = least(a.url, n.url), is_staff_desk = a.is_staff_desk OR n.is_staff_desk
FROM people AS n
WHERE a.author_id = n.author_id;
INSERT INTO core.authors BY NAME SELECT * FROM people AS n ANTI JOIN core.authors AS a USING (author_id);
CREATE TEMP TABLE words AS SELECT tag_id, min(name) AS name FROM new_tags GROUP BY tag_id;
UPDATE core.tags AS t SET name = least(t.name, n.name) FROM words AS n WHERE t.tag_id = n.tag_id;
INSERT INTO core.tags BY NAME SELECT * FROM words AS n ANTI JOIN core.tags AS t USING (tag_id);

-- core: which fetch showed which version. An unchanged answer shows the version of the answer it repeats.
CREATE TEMP TABLE refetched AS
SELECT fetch_id FROM new_fetches
UNION
SELECT f.fetch_id FROM raw.fetches AS f WHERE f.same_as IN (SELECT fetch_id FROM new_fetches) AND f.kind <> 'part';
CREATE TEMP TABLE affected AS
SELECT article_id FROM new_seen
UNION
SELECT article_id FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM refetched)
UNION
SELECT article_id FROM new_fates WHERE reason IN ('not_found', 'forgotten') AND article_id IS NOT NULL
UNION
SELECT v.article_id
FROM new_fates AS n
JOIN raw.fetches AS f ON f.requested_url = n.url
JOIN core.version_fetches AS v ON v.fetch_id = f.fetch_id
WHERE n.reason = 'not_found';
DELETE FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM refetched);
INSERT INTO core.version_fetches BY NAME SELECT DISTINCT * FROM new_seen;
INSERT INTO core.version_fetches BY NAME
SELECT v.version_id, v.article_id, f.fetch_id, 1 AS part_no, f.fetched_at
FROM raw.fetches AS f
JOIN core.version_fetches AS v ON v.fetch_id = f.same_as
WHERE f.fetch_id IN (SELECT fetch_id FROM refetched) AND f.kind <> 'part';
INSERT INTO affected
SELECT article_id FROM core.version_fetches
WHERE fetch_id IN (SELECT fetch_id FROM refetched) AND article_id NOT IN (SELECT article_id FROM affected);
INSERT INTO ops.unchecked FROM affected ANTI JOIN ops.unchecked USING (article_id);

-- core: a version is told by the first fetch that showed it
CREATE TEMP TABLE told AS
SELECT DISTINCT ON (version_id) * FROM new_versions ORDER BY version_id, version_created, fetch_id;
CREATE TEMP TABLE replaced AS
SELECT v.version_id
FROM core.article_versions AS v
WHERE v.fetch_id IN (SELECT fetch_id FROM refetched)
UNION
SELECT v.version_id
FROM core.article_versions AS v
JOIN told AS n USING (version_id)
WHERE (v.version_created, v.fetch_id) > (n.version_created, n.fetch_id)
UNION
SELECT v.version_id
FROM core.article_versions AS v
WHERE v.article_id IN (SELECT article_id FROM affected) AND v.version_id NOT IN (SELECT version_id FROM core.version_fetches WHERE article_id IN (SELECT article_id FROM affected));
DELETE FROM core.article_versions WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM core.removed_spans WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM core.article_links WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM core.article_images WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM told WHERE version_id IN (SELECT version_id FROM core.article_versions);
INSERT INTO core.article_versions BY NAME SELECT * FROM told;
INSERT INTO core.removed_spans BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_removed_spans AS n SEMI JOIN told AS t USING (version_id, fetch_id);
INSERT INTO core.article_links BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_article_links AS n SEMI JOIN told AS t USING (version_id, fetch_id);
INSERT INTO core.article_images BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_article_images AS n SEMI JOIN told AS t USING (version_id, fetch_id);
UPDATE core.article_versions AS v
SET version_no = n.version_no
FROM (
  SELECT version_id, row_number() OVER (PARTITION BY article_id ORDER BY version_created, fetch_id) AS version_no
  FROM core.article_versions
  WHERE article_id IN (SELECT article_id FROM affected)
) AS n
WHERE v.version_id = n.version_id AND v.version_no <> n.version_no;

-- core: an article says what the last page that showed it says
CREATE TEMP TABLE chain AS
SELECT
  v.article_id,
  arg_max(v.version_id, (v.fetched_at, v.fetch_id)) AS current_version_id,
  arg_max(coalesce(f.same_as, v.fetch_id), (v.fetched_at, v.fetch_id)) AS teller,
  min(v.fetched_at) AS first_seen_at,
  max(v.fetched_at) AS last_seen_at,
  count(DISTINCT v.version_id) AS n_versions,
  list(DISTINCT f.requested_url) AS read_at
FROM core.version_fetches AS v
LEFT JOIN raw.fetches AS f USING (fetch_id)
WHERE v.article_id IN (SELECT article_id FROM affected) AND v.part_no = 1
GROUP BY ALL;
CREATE TEMP TABLE retold AS
SELECT DISTINCT ON (n.article_id) n.* FROM new_articles AS n JOIN chain AS c ON c.article_id = n.article_id AND c.teller = n.fetch_id;
CREATE TEMP TABLE untold AS
SELECT article_id FROM affected ANTI JOIN chain USING (article_id)
UNION
SELECT article_id FROM retold;
CREATE TEMP TABLE loose AS
SELECT author_id AS id FROM core.article_authors WHERE article_id IN (SELECT article_id FROM untold)
UNION
SELECT author_id FROM new_authors
UNION
SELECT tag_id FROM core.article_tags WHERE article_id IN (SELECT article_id FROM untold)
UNION
SELECT tag_id FROM new_tags;
DELETE FROM core.articles WHERE article_id IN (SELECT article_id FROM untold);
DELETE FROM core.article_authors WHERE article_id IN (SELECT article_id FROM untold);
DELETE FROM core.article_tags WHERE article_id IN (SELECT article_id FROM untold);
INSERT INTO core.articles BY NAME SELECT * FROM retold;
INSERT INTO core.article_authors BY NAME SELECT DISTINCT n.* EXCLUDE (fetch_id) FROM new_article_authors AS n SEMI JOIN retold AS t USING (article_id, fetch_id);
INSERT INTO core.article_tags BY NAME SELECT DISTINCT n.* EXCLUDE (fetch_id) FROM new_article_tags AS n SEMI JOIN retold AS t USING (article_id, fetch_id);
CREATE TEMP TABLE missing AS
SELECT DISTINCT r.article_id, m.fetched_at
FROM (SELECT article_id, unnest(read_at) AS requested_url FROM chain) AS r
JOIN raw.fetches AS m USING (requested_url)
WHERE m.reason = 'not_found';
UPDATE core.articles AS a
SET current_version_id = c.current_version_id, first_seen_at = c.first_seen_at, last_seen_at = c.last_seen_at, n_versions = c.n_versions,
    last_changed_at = (SELECT max(v.version_created) FROM core.article_versions AS v WHERE v.article_id = a.article_id),
    -- one missing page may be an accident; missing on two days is not
    status = CASE WHEN (
      SELECT count(DISTINCT m.fetched_at::DATE) FROM missing AS m WHERE m.article_id = a.article_id AND m.fetched_at > c.last_seen_at
    ) >= 2 THEN 'gone' ELSE 'live' END
FROM chain AS c
WHERE a.article_id = c.article_id;
DELETE FROM core.authors WHERE author_id IN (SELECT id FROM loose) AND author_id NOT IN (SELECT author_id FROM core.article_authors);
DELETE FROM core.tags WHERE tag_id IN (SELECT id FROM loose) AND tag_id NOT IN (SELECT tag_id FROM core.article_tags);

-- ops: the same words at another address of the outlet are one story, told by the address that had them first
UPDATE ops.frontier AS f
SET state = 'duplicate', reason = 'duplicate', detail = d.lead_url
FROM (
  SELECT a.article_id, first_value(a.article_id) OVER same AS lead, first_value(a.url) OVER same AS lead_url
  FROM core.articles AS a
  JOIN core.article_versions AS v ON v.version_id = a.current_version_id
  WHERE v.content_sha256 IN (SELECT content_sha256 FROM new_versions)
  WINDOW same AS (PARTITION BY a.source_id, v.content_sha256 ORDER BY a.date_published, a.first_seen_at, a.article_id)
) AS d
WHERE f.article_id = d.article_id AND d.article_id <> d.lead AND f.state = 'loaded';

-- ops: a page that is still the one put aside is put aside still; one that became an article is not
UPDATE ops.frontier AS f
SET state = CASE WHEN q.resolution = 'ignored' THEN 'skipped' ELSE 'quarantined' END, reason = q.reason_code, detail = q.reason
FROM (SELECT DISTINCT ON (url) * FROM ops.quarantine WHERE resolved_at IS NULL OR resolution = 'ignored' ORDER BY url, quarantined_at DESC) AS q
WHERE f.url = q.url AND f.state = 'loaded' AND f.url IN (SELECT url FROM fates)
  AND f.last_fetch_id NOT IN (SELECT fetch_id FROM core.version_fetches);
UPDATE ops.quarantine AS q
SET resolved_at = n.discovered_at, resolution = 'loaded'
FROM fates AS n
JOIN ops.frontier AS f USING (url)
WHERE q.url = n.url AND f.state = 'loaded' AND n.state = 'loaded' AND q.resolved_at IS NULL;
