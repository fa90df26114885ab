-- One batch into the warehouse, in one transaction. The staging tables `new_*` hold what the batch says; a fetch that is loaded again
-- replaces what it said before. Everything is set-wise and looks at times of fetching only, so that any order and any batching of the
-- same pages ends in the same rows. What of it is there already is asked once, of each table: most of a batch is new, and where nothing
-- is to be taken back, no table is read for it. Long columns are looked up by their numbers (`…_key`), and compared where those agree.

-- raw; a fetch has its time from its record, so that what was fetched at other times need not be read
SET VARIABLE since = (SELECT min(fetched_at) - INTERVAL 1 DAY FROM new_fetches);
SET VARIABLE until = (SELECT max(fetched_at) + INTERVAL 1 DAY FROM new_fetches);
CREATE TEMP TABLE had AS
SELECT fetch_id, same_as, kind, fetched_at FROM raw.fetches SEMI JOIN new_fetches USING (fetch_id)
WHERE fetched_at BETWEEN getvariable('since') AND getvariable('until')
UNION
SELECT fetch_id, same_as, kind, fetched_at FROM raw.fetches WHERE same_as IN (SELECT fetch_id FROM new_fetches);
DELETE FROM raw.fetches WHERE fetch_id IN (SELECT fetch_id FROM had SEMI JOIN new_fetches USING (fetch_id));
INSERT INTO raw.fetches BY NAME SELECT DISTINCT ON (fetch_id) * FROM new_fetches;

-- ops: fates
-- A saved file says nothing of an address that was fetched, or is still to be fetched.
CREATE TEMP TABLE fates AS
SELECT DISTINCT ON (url) n.*, coalesce(f.kind = 'file' AND f.http_status IS NULL, FALSE) AS is_file
FROM new_fates AS n
LEFT JOIN (SELECT fetch_id, any_value(kind) AS kind, any_value(http_status) AS http_status FROM new_fetches GROUP BY fetch_id) AS f
  ON f.fetch_id = n.last_fetch_id
ORDER BY url, is_file, discovered_at DESC, last_fetch_id;
-- What an operator has closed stays closed.
UPDATE fates AS n
SET state = 'skipped'
FROM ops.quarantine AS q
WHERE q.url = n.url AND q.fetch_id = n.last_fetch_id AND q.resolution = 'ignored' AND n.state = 'quarantined';
-- The addresses as they stand, and the other addresses of the same articles.
CREATE TEMP TABLE stood AS
SELECT rowid AS slot, url, state, reason, detail, next_attempt_at, attempts, article_id, last_fetch_id, last_run_id
FROM ops.frontier
WHERE rowid IN (
  SELECT rowid FROM ops.frontier WHERE url_key IN (SELECT md5_number_lower(url) FROM fates)
  UNION
  SELECT rowid FROM ops.frontier WHERE article_key IN (SELECT md5_number_lower(article_id) FROM fates WHERE state = 'loaded')
);
CREATE TEMP TABLE looks AS
SELECT s.url, s.state, l.fetch_id, l.same_as, l.fetched_at, l.kind = 'file' AND l.http_status IS NULL AS is_file
FROM (SELECT url, state, last_fetch_id FROM stood SEMI JOIN fates USING (url) WHERE last_fetch_id IS NOT NULL) AS s
JOIN raw.fetches AS l ON l.fetch_id = s.last_fetch_id;
-- An unchanged answer has the fate of the one it repeats. What else is older than the last look at its address is history: a reparse, or a
-- late recovery, makes nothing live that has gone since, and answers no announcement that came since.
UPDATE fates AS n
SET last_fetch_id = l.fetch_id, discovered_at = l.fetched_at
FROM looks AS l
WHERE l.url = n.url AND l.same_as = n.last_fetch_id;
DELETE FROM fates WHERE is_file AND url IN (
  SELECT url FROM stood WHERE state IN ('pending', 'deferred')
  UNION
  SELECT url FROM looks WHERE NOT is_file
);
DELETE FROM fates WHERE url IN (
  SELECT url FROM fates AS n JOIN looks AS l USING (url) WHERE n.discovered_at < l.fetched_at OR (n.last_fetch_id = l.fetch_id AND l.state = 'pending')
);
CREATE TEMP TABLE placed AS
SELECT n.* REPLACE (
    CASE
      WHEN n.state = 'gone' AND f.state = 'gone' THEN NULL  -- seen missing on two days
      WHEN n.state = 'deferred' AND n.next_attempt_at IS NULL THEN n.discovered_at + least(15 * 2 ** coalesce(f.attempts, 0), 1440) * INTERVAL 1 MINUTE
      ELSE n.next_attempt_at
    END AS next_attempt_at,
    CASE WHEN n.state = 'deferred' THEN coalesce(f.attempts, 0) + 1 ELSE 0 END AS attempts,
    coalesce(n.article_id, f.article_id) AS article_id, coalesce(n.last_fetch_id, f.last_fetch_id) AS last_fetch_id
  ), f.slot
FROM (SELECT * EXCLUDE (is_file) FROM fates) AS n
LEFT JOIN stood AS f USING (url);
INSERT INTO placed BY NAME FROM stood ANTI JOIN fates USING (url);
-- other addresses of an article that is loaded need no fetch
UPDATE placed AS f
SET state = 'duplicate', reason = 'duplicate', detail = n.url
FROM (SELECT article_id, min(url) AS url FROM fates WHERE state = 'loaded' GROUP BY ALL) AS n
WHERE f.article_id = n.article_id AND f.url <> n.url AND f.state IN ('pending', 'loaded', 'deferred');
UPDATE ops.frontier AS f
SET state = n.state, reason = n.reason, detail = n.detail, next_attempt_at = n.next_attempt_at, attempts = n.attempts, article_id = n.article_id,
    article_key = md5_number_lower(n.article_id), last_fetch_id = n.last_fetch_id, last_run_id = n.last_run_id
FROM (
  SELECT slot, state, reason, detail, next_attempt_at, attempts, article_id, last_fetch_id, last_run_id FROM placed WHERE slot IS NOT NULL
  EXCEPT
  SELECT slot, state, reason, detail, next_attempt_at, attempts, article_id, last_fetch_id, last_run_id FROM stood
) AS n
WHERE f.rowid = n.slot;
INSERT INTO ops.frontier BY NAME
SELECT * EXCLUDE (slot) REPLACE (md5_number_lower(url) AS url_key, md5_number_lower(article_id) AS article_key) FROM placed WHERE slot IS NULL;

DELETE FROM ops.quarantine WHERE quarantine_id IN (SELECT quarantine_id FROM new_quarantine) AND resolution IS DISTINCT FROM 'ignored';
INSERT INTO ops.quarantine BY NAME SELECT DISTINCT ON (quarantine_id) * FROM new_quarantine ANTI JOIN ops.quarantine USING (quarantine_id);

-- core: dimensions
-- A run that does not know the source's file does not overwrite what the file said.
DELETE FROM core.sources WHERE source_id IN (SELECT source_id FROM new_sources WHERE is_described);
INSERT INTO core.sources BY NAME
SELECT DISTINCT ON (source_id) * EXCLUDE (is_described) FROM new_sources ANTI JOIN core.sources USING (source_id) ORDER BY source_id, is_described DESC;
CREATE TEMP TABLE people AS
SELECT author_id, any_value(source_id) AS source_id, any_value(name) AS name, min(url) AS url, bool_or(is_staff_desk) AS is_staff_desk
FROM new_authors GROUP BY author_id;
UPDATE core.authors AS a
SET url = least(a.url, n.url), is_staff_desk = a.is_staff_desk OR n.is_staff_desk
FROM people AS n
WHERE a.author_id = n.author_id AND (least(a.url, n.url) IS DISTINCT FROM a.url OR n.is_staff_desk AND NOT a.is_staff_desk);
INSERT INTO core.authors BY NAME SELECT * FROM people AS n ANTI JOIN core.authors AS a USING (author_id);
CREATE TEMP TABLE words AS SELECT tag_id, min(name) AS name FROM new_tags GROUP BY tag_id;
UPDATE core.tags AS t SET name = n.name FROM words AS n WHERE t.tag_id = n.tag_id AND n.name < t.name;
INSERT INTO core.tags BY NAME SELECT * FROM words AS n ANTI JOIN core.tags AS t USING (tag_id);

-- core: which fetch showed which version. An unchanged answer shows the version of the answer it repeats.
CREATE TEMP TABLE refetched AS
SELECT fetch_id FROM new_fetches
UNION
SELECT fetch_id FROM had WHERE kind <> 'part';
CREATE TEMP TABLE unchanged AS
SELECT fetch_id, same_as, fetched_at FROM new_fetches WHERE same_as IS NOT NULL AND kind <> 'part'
UNION
SELECT fetch_id, same_as, fetched_at FROM had ANTI JOIN new_fetches USING (fetch_id) WHERE kind <> 'part';
CREATE TEMP TABLE shown AS SELECT DISTINCT * FROM new_seen;
INSERT INTO shown BY NAME
SELECT v.version_id, v.article_id, u.fetch_id, 1 AS part_no, u.fetched_at, v.url
FROM unchanged AS u
JOIN (
  SELECT version_id, article_id, fetch_id, url FROM shown
  UNION ALL
  SELECT version_id, article_id, fetch_id, url FROM core.version_fetches
  WHERE fetch_id IN (SELECT same_as FROM unchanged ANTI JOIN refetched AS r ON r.fetch_id = same_as)
) AS v ON v.fetch_id = u.same_as;
CREATE TEMP TABLE affected AS
SELECT article_id FROM shown
UNION
SELECT article_id FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM had SEMI JOIN refetched USING (fetch_id))
UNION
SELECT article_id FROM new_fates WHERE reason IN ('not_found', 'forgotten') AND article_id IS NOT NULL
UNION
SELECT article_id FROM core.version_fetches
WHERE fetch_id IN (SELECT fetch_id FROM raw.fetches WHERE requested_url IN (SELECT url FROM new_fates WHERE reason = 'not_found'));
CREATE TEMP TABLE met AS
SELECT article_id
FROM (FROM core.articles WHERE rowid IN (SELECT rowid FROM core.articles WHERE article_key IN (SELECT md5_number_lower(article_id) FROM affected)))
SEMI JOIN affected USING (article_id);
DELETE FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM had SEMI JOIN refetched USING (fetch_id));
INSERT INTO core.version_fetches BY NAME FROM shown;
INSERT INTO shown BY NAME
FROM core.version_fetches AS v SEMI JOIN met USING (article_id) ANTI JOIN (FROM shown) AS s ON s.fetch_id = v.fetch_id AND s.version_id = v.version_id;
INSERT INTO ops.unchecked FROM affected ANTI JOIN ops.unchecked USING (article_id);
INSERT INTO ops.uncompared FROM affected ANTI JOIN ops.uncompared USING (article_id);

-- core: a saved file shows its article only as long as no fetched page does
CREATE TEMP TABLE answers AS
SELECT DISTINCT fetch_id, same_as, requested_url, kind = 'file' AND http_status IS NULL AS is_file
FROM new_fetches
SEMI JOIN shown USING (fetch_id)
UNION ALL
SELECT fetch_id, same_as, requested_url, kind = 'file' AND http_status IS NULL
FROM raw.fetches
WHERE fetch_id IN (SELECT fetch_id FROM shown ANTI JOIN new_fetches USING (fetch_id));
CREATE TEMP TABLE superseded AS
SELECT s.fetch_id
FROM shown AS s
SEMI JOIN (FROM answers WHERE is_file) AS a USING (fetch_id)
WHERE s.article_id IN (SELECT article_id FROM shown SEMI JOIN (FROM answers WHERE NOT is_file) AS a USING (fetch_id));
DELETE FROM shown WHERE fetch_id IN (SELECT fetch_id FROM superseded);
DELETE FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM superseded);
DELETE FROM new_versions WHERE fetch_id IN (SELECT fetch_id FROM superseded);

-- core: a version is told by the first fetch that showed it
CREATE TEMP TABLE told AS
SELECT DISTINCT ON (version_id) * FROM new_versions ORDER BY version_id, version_created, fetch_id;
CREATE TEMP TABLE texts AS
SELECT version_id, article_id, fetch_id, version_created, version_no FROM core.article_versions SEMI JOIN met USING (article_id);
CREATE TEMP TABLE replaced AS
SELECT version_id FROM texts SEMI JOIN refetched USING (fetch_id)
UNION
SELECT version_id FROM texts SEMI JOIN superseded USING (fetch_id)
UNION
SELECT version_id FROM texts AS v JOIN told AS n USING (version_id) WHERE (v.version_created, v.fetch_id) > (n.version_created, n.fetch_id)
UNION
SELECT version_id FROM texts ANTI JOIN shown USING (version_id);
DELETE FROM texts WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM told WHERE version_id IN (SELECT version_id FROM texts);
CREATE TEMP TABLE numbered AS
SELECT version_id, article_id, version_created, row_number() OVER (PARTITION BY article_id ORDER BY version_created, fetch_id) AS version_no
FROM (
  SELECT version_id, article_id, version_created, fetch_id FROM texts
  UNION ALL
  SELECT version_id, article_id, version_created, fetch_id FROM told
);
DELETE FROM core.article_versions WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM core.removed_spans WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM core.article_links WHERE version_id IN (SELECT version_id FROM replaced);
DELETE FROM core.article_images WHERE version_id IN (SELECT version_id FROM replaced);
UPDATE core.article_versions AS v
SET version_no = n.version_no
FROM (SELECT version_id, n.version_no FROM numbered AS n JOIN texts AS t USING (version_id) WHERE n.version_no <> t.version_no) AS n
WHERE v.version_id = n.version_id;
INSERT INTO core.article_versions BY NAME
SELECT t.* REPLACE (n.version_no AS version_no, md5_number_lower(t.content_sha256) AS content_key) FROM told AS t JOIN numbered AS n USING (version_id);
INSERT INTO core.removed_spans BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_removed_spans AS n SEMI JOIN told AS t USING (version_id, fetch_id);
INSERT INTO core.article_links BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_article_links AS n SEMI JOIN told AS t USING (version_id, fetch_id);
INSERT INTO core.article_images BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_article_images AS n SEMI JOIN told AS t USING (version_id, fetch_id);

-- core: an article says what the last page that showed it says, and keeps the address that it had first
CREATE TEMP TABLE chain AS
SELECT
  v.article_id,
  arg_max(v.version_id, (v.fetched_at, v.fetch_id)) AS current_version_id,
  arg_max(coalesce(f.same_as, v.fetch_id), (v.fetched_at, v.fetch_id)) AS teller,
  min(v.fetched_at) AS first_seen_at,
  max(v.fetched_at) AS last_seen_at,
  (SELECT max(n.version_created) FROM numbered AS n WHERE n.article_id = v.article_id) AS last_changed_at,
  count(DISTINCT v.version_id) AS n_versions,
  list(DISTINCT f.requested_url) AS read_at,
  arg_min(v.url, (v.fetched_at, v.fetch_id)) FILTER (v.url IS NOT NULL) AS url,
  'live' AS status
FROM shown AS v
LEFT JOIN answers AS f USING (fetch_id)
WHERE v.part_no = 1
GROUP BY ALL;
-- one missing page may be an accident; missing on two days is not
CREATE TEMP TABLE missing AS
SELECT r.article_id
FROM (SELECT article_id, last_seen_at, unnest(read_at) AS requested_url FROM chain) AS r
JOIN (SELECT requested_url, fetched_at FROM raw.fetches WHERE reason = 'not_found') AS m USING (requested_url)
WHERE m.fetched_at > r.last_seen_at
GROUP BY r.article_id HAVING count(DISTINCT m.fetched_at::DATE) >= 2;
UPDATE chain SET status = 'gone' WHERE article_id IN (SELECT article_id FROM missing);
CREATE TEMP TABLE retold AS
SELECT DISTINCT ON (n.article_id) n.* REPLACE (
    c.current_version_id AS current_version_id, c.first_seen_at AS first_seen_at, c.last_seen_at AS last_seen_at, c.last_changed_at AS last_changed_at,
    c.url AS url, c.url AS normalized_url, c.n_versions AS n_versions, c.status AS status, md5_number_lower(n.article_id) AS article_key
  )
FROM new_articles AS n
JOIN chain AS c ON c.article_id = n.article_id AND c.teller = n.fetch_id;
CREATE TEMP TABLE untold AS
SELECT article_id FROM met ANTI JOIN chain USING (article_id)
UNION
SELECT article_id FROM met SEMI JOIN retold USING (article_id);
CREATE TEMP TABLE loose AS
SELECT author_id AS id FROM core.article_authors WHERE article_id IN (SELECT article_id FROM untold)
UNION
SELECT tag_id FROM core.article_tags WHERE article_id IN (SELECT article_id FROM untold)
UNION
SELECT author_id FROM new_authors ANTI JOIN (FROM new_article_authors SEMI JOIN retold USING (article_id, fetch_id)) USING (author_id)
UNION
SELECT tag_id FROM new_tags ANTI JOIN (FROM new_article_tags SEMI JOIN retold USING (article_id, fetch_id)) USING (tag_id);
DELETE FROM core.articles WHERE article_id IN (SELECT article_id FROM untold);
DELETE FROM core.article_authors WHERE article_id IN (SELECT article_id FROM untold);
DELETE FROM core.article_tags WHERE article_id IN (SELECT article_id FROM untold);
INSERT INTO core.articles BY NAME FROM retold;
INSERT INTO core.article_authors BY NAME SELECT DISTINCT n.* EXCLUDE (fetch_id) FROM new_article_authors AS n SEMI JOIN retold AS t USING (article_id, fetch_id);
INSERT INTO core.article_tags BY NAME SELECT DISTINCT n.* EXCLUDE (fetch_id) FROM new_article_tags AS n SEMI JOIN retold AS t USING (article_id, fetch_id);
UPDATE core.articles AS a
SET current_version_id = c.current_version_id, first_seen_at = c.first_seen_at, last_seen_at = c.last_seen_at, last_changed_at = c.last_changed_at,
    url = c.url, normalized_url = c.url, n_versions = c.n_versions, status = c.status
FROM (FROM chain ANTI JOIN retold USING (article_id)) AS c
WHERE a.article_id = c.article_id;
DELETE FROM loose WHERE id IN (SELECT author_id FROM core.article_authors WHERE author_id IN (SELECT id FROM loose));
DELETE FROM loose WHERE id IN (SELECT tag_id FROM core.article_tags WHERE tag_id IN (SELECT id FROM loose));
DELETE FROM core.authors WHERE author_id IN (SELECT id FROM loose);
DELETE FROM core.tags WHERE tag_id IN (SELECT id FROM loose);

-- ops: the same words at another address of the outlet are one story, told by the address that had them first
CREATE TEMP TABLE twins AS
SELECT version_id, article_id, content_sha256
FROM core.article_versions
WHERE rowid IN (SELECT rowid FROM core.article_versions WHERE content_key IN (SELECT md5_number_lower(content_sha256) FROM new_versions))
WINDOW alike AS (PARTITION BY content_sha256)
QUALIFY min(article_id) OVER alike < max(article_id) OVER alike;
CREATE TEMP TABLE repeats AS
SELECT a.article_id, first_value(a.url) OVER same AS lead_url
FROM (FROM core.articles WHERE rowid IN (SELECT rowid FROM core.articles WHERE article_key IN (SELECT md5_number_lower(article_id) FROM twins))) AS a
JOIN twins AS v ON v.version_id = a.current_version_id
WINDOW same AS (PARTITION BY a.source_id, v.content_sha256 ORDER BY a.date_published, a.first_seen_at, a.article_id)
QUALIFY a.article_id <> first_value(a.article_id) OVER same;
UPDATE ops.frontier AS f
SET state = 'duplicate', reason = 'duplicate', detail = d.lead_url
FROM repeats AS d
WHERE f.article_id = d.article_id AND f.state = 'loaded';

-- ops: a page that is still the one put aside is put aside still; one that became an article is not
CREATE TEMP TABLE aside AS
SELECT DISTINCT ON (q.url) q.url, n.state, n.discovered_at, q.resolution, q.reason_code, q.reason
FROM ops.quarantine AS q
JOIN fates AS n USING (url)
WHERE q.resolved_at IS NULL OR q.resolution = 'ignored'
ORDER BY q.url, q.quarantined_at DESC;
UPDATE ops.frontier AS f
SET state = CASE WHEN q.resolution = 'ignored' THEN 'skipped' ELSE 'quarantined' END, reason = q.reason_code, detail = q.reason
FROM aside AS q
WHERE f.url = q.url AND f.state = 'loaded' AND NOT EXISTS (FROM core.version_fetches AS v WHERE v.fetch_id = f.last_fetch_id);
UPDATE ops.quarantine AS q
SET resolved_at = n.discovered_at, resolution = 'loaded'
FROM aside AS n
JOIN ops.frontier AS f USING (url)
WHERE q.url = n.url AND f.state = 'loaded' AND n.state = 'loaded' AND q.resolved_at IS NULL;
