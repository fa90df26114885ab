-- Removes lost_keys, by which names were looked up, and words that no name has any more.
DELETE FROM ops.name_keys WHERE rowid IN (SELECT row_no FROM lost_keys);
DELETE FROM ops.name_words WHERE n_names = 0 AND word IN (
  SELECT key FROM lost_keys
  EXCEPT
  SELECT key FROM ops.name_keys WHERE key IN (SELECT key FROM lost_keys) AND kind IN ('word', 'given', 'extra')
);
