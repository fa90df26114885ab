-- The state of each address that a batch names. After load/fetches.sql, in its transaction, if the batch has pages.
--
-- latest_states: the latest new state of each address
-- frontier_before: the rows of ops.frontier for these addresses and for the other addresses of the same articles
-- last_fetches: the last fetch that ops.frontier names for each of these addresses
-- frontier_after: frontier_before with the new states applied

-- A saved file says nothing about an address that was fetched or is still to be fetched.
CREATE TEMP TABLE latest_states AS
SELECT DISTINCT ON (url) n.*, coalesce(f.kind = 'file' AND f.http_status IS NULL, FALSE) AS is_file
FROM new_states AS n
LEFT JOIN (
  SELECT fetch_id, any_value(kind) AS kind, any_value(http_status) AS http_status FROM new_fetches GROUP BY fetch_id
) AS f
  ON f.fetch_id = n.last_fetch_id
ORDER BY url, is_file, discovered_at DESC, last_fetch_id;
-- What an operator ignored stays ignored.
UPDATE latest_states AS n
SET state = 'skipped'
FROM ops.quarantine AS q
WHERE q.url = n.url AND q.fetch_id = n.last_fetch_id AND q.resolution = 'ignored' AND n.state = 'quarantined';
CREATE TEMP TABLE frontier_before AS
SELECT rowid AS slot, url, state, reason, detail, next_attempt_at, attempts, article_id, last_fetch_id, last_run_id
FROM ops.frontier
WHERE rowid IN (
  SELECT rowid FROM ops.frontier WHERE url_key IN (SELECT md5_number_lower(url) FROM latest_states)
  UNION
  SELECT rowid
  FROM ops.frontier
  WHERE article_key IN (SELECT md5_number_lower(article_id) FROM latest_states WHERE state = 'loaded')
);
CREATE TEMP TABLE last_fetches AS
SELECT s.url, s.state, l.fetch_id, l.same_as, l.fetched_at, l.kind = 'file' AND l.http_status IS NULL AS is_file
FROM (
  SELECT url, state, last_fetch_id
  FROM frontier_before
  SEMI JOIN latest_states USING (url)
  WHERE last_fetch_id IS NOT NULL
) AS s
JOIN raw.fetches AS l ON l.fetch_id = s.last_fetch_id;
-- An unchanged answer has the state of the answer it repeats. A state older than the last fetch of its address is
-- outdated: a reparse or a late recovery must not revive an article that has gone since, nor answer an announcement
-- that came since.
-- only where last_fetches has rows
UPDATE latest_states AS n
SET last_fetch_id = l.fetch_id, discovered_at = l.fetched_at
FROM last_fetches AS l
WHERE l.url = n.url AND l.same_as = n.last_fetch_id;
-- only where frontier_before has rows
DELETE FROM latest_states WHERE is_file AND url IN (
  SELECT url FROM frontier_before WHERE state IN ('pending', 'deferred')
  UNION
  SELECT url FROM last_fetches WHERE NOT is_file
);
-- only where last_fetches has rows
DELETE FROM latest_states WHERE url IN (
  SELECT url
  FROM latest_states AS n
  JOIN last_fetches AS l USING (url)
  WHERE n.discovered_at < l.fetched_at OR (n.last_fetch_id = l.fetch_id AND l.state = 'pending')
);
CREATE TEMP TABLE frontier_after AS
SELECT n.* REPLACE (
    CASE
      WHEN n.state = 'gone' AND f.state = 'gone' THEN NULL  -- missing on two days
      WHEN n.state = 'deferred'
        AND n.next_attempt_at IS NULL
          THEN n.discovered_at + least(15 * 2 ** coalesce(f.attempts, 0), 1440) * INTERVAL 1 MINUTE
      ELSE n.next_attempt_at
    END AS next_attempt_at,
    CASE WHEN n.state = 'deferred' THEN coalesce(f.attempts, 0) + 1 ELSE 0 END AS attempts,
    coalesce(n.article_id, f.article_id) AS article_id, coalesce(n.last_fetch_id, f.last_fetch_id) AS last_fetch_id
  ), f.slot
FROM (SELECT * EXCLUDE (is_file) FROM latest_states) AS n
LEFT JOIN frontier_before AS f USING (url);
-- only where frontier_before has rows
INSERT INTO frontier_after BY NAME FROM frontier_before ANTI JOIN latest_states USING (url);
-- Other addresses of a loaded article need no fetch.
UPDATE frontier_after AS f
SET state = 'duplicate', reason = 'duplicate', detail = n.url
FROM (SELECT article_id, min(url) AS url FROM latest_states WHERE state = 'loaded' GROUP BY ALL) AS n
WHERE f.article_id = n.article_id AND f.url <> n.url AND f.state IN ('pending', 'loaded', 'deferred');
INSERT INTO ops.uncounted BY NAME
SELECT md5_number_lower(coalesce(article_id, url)) AS article_key FROM frontier_before
UNION
SELECT md5_number_lower(coalesce(article_id, url)) FROM frontier_after;
-- only where frontier_before has rows
UPDATE ops.frontier AS f
SET state = n.state, reason = n.reason, detail = n.detail, next_attempt_at = n.next_attempt_at, attempts = n.attempts,
  article_id = n.article_id,
  article_key = md5_number_lower(n.article_id), last_fetch_id = n.last_fetch_id, last_run_id = n.last_run_id
FROM (
  SELECT slot, state, reason, detail, next_attempt_at, attempts, article_id, last_fetch_id, last_run_id
  FROM frontier_after
  WHERE slot IS NOT NULL
  EXCEPT
  SELECT slot, state, reason, detail, next_attempt_at, attempts, article_id, last_fetch_id, last_run_id
  FROM frontier_before
) AS n
WHERE f.rowid = n.slot;
INSERT INTO ops.frontier BY NAME
SELECT * EXCLUDE (slot) REPLACE (md5_number_lower(url) AS url_key, md5_number_lower(article_id) AS article_key)
FROM frontier_after
WHERE slot IS NULL;

DELETE FROM ops.quarantine
WHERE quarantine_id IN (SELECT quarantine_id FROM new_quarantine) AND resolution IS DISTINCT FROM 'ignored';
INSERT INTO ops.quarantine BY NAME
SELECT DISTINCT ON (quarantine_id) *
FROM new_quarantine
ANTI JOIN ops.quarantine USING (quarantine_id);
