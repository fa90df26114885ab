-- The rows of a batch's versions in one table, such as their quotes; their topics are found later. After
-- load/articles.sql, in its transaction.
-- only where replaced_versions has rows
DELETE FROM $table WHERE version_id IN (SELECT version_id FROM replaced_versions);
INSERT INTO $table BY NAME
SELECT n.* EXCLUDE (fetch_id)
FROM $staged AS n
SEMI JOIN versions_new AS t USING (version_id, fetch_id);
