-- Removes what names were looked up by, and are no more.
--
-- lost_keys: of keys.sql and compare.sql
DELETE FROM ops.name_keys WHERE rowid IN (SELECT row_no FROM lost_keys);
DELETE FROM ops.name_words WHERE n_names = 0 AND word IN (
  SELECT key
  FROM lost_keys
  ANTI JOIN (
    FROM ops.name_keys WHERE rowid IN (SELECT rowid FROM ops.name_keys WHERE key IN (SELECT key FROM lost_keys))
  ) AS k
    ON k.key = lost_keys.key AND k.kind IN ('word', 'given', 'extra')
);
