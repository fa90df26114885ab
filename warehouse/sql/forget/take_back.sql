-- Before load/fetches.sql, in its transaction: these fetches are loaded again, as ones that showed nothing. Their
-- records leave the archive afterwards, and an import of the same rows loads them again.
INSERT INTO new_fetches BY NAME
SELECT * REPLACE ('forgotten' AS reason) FROM raw.fetches WHERE fetch_id IN (SELECT unnest($fetch_ids));
UPDATE ops.frontier
SET last_fetch_id = NULL
WHERE last_fetch_id IN (SELECT unnest($fetch_ids)) AND state IN ('pending', 'deferred');
DELETE FROM ops.frontier WHERE last_fetch_id IN (SELECT unnest($fetch_ids));
DELETE FROM ops.quarantine WHERE fetch_id IN (SELECT unnest($fetch_ids));
-- Other addresses of an article that goes need a fetch; where another record keeps it, its load says `duplicate` again.
UPDATE ops.frontier SET state = 'pending', reason = NULL, detail = NULL
WHERE state = 'duplicate' AND last_fetch_id IS NULL
  AND article_id IN (SELECT article_id FROM core.version_fetches WHERE fetch_id IN (SELECT unnest($fetch_ids)));
INSERT INTO ops.uncounted VALUES (NULL, NULL, NULL);
