-- Before load/fetches.sql, in its transaction: these fetches are loaded again, as ones that showed nothing. Their records leave the archive afterwards,
-- and an import of the same rows loads them again.
INSERT INTO new_fetches BY NAME
SELECT * REPLACE ('forgotten' AS reason) FROM raw.fetches WHERE fetch_id IN (SELECT unnest($fetch_ids));
UPDATE ops.frontier SET last_fetch_id = NULL WHERE last_fetch_id IN (SELECT unnest($fetch_ids)) AND state IN ('pending', 'deferred');
DELETE FROM ops.frontier WHERE last_fetch_id IN (SELECT unnest($fetch_ids));
DELETE FROM ops.quarantine WHERE fetch_id IN (SELECT unnest($fetch_ids));
