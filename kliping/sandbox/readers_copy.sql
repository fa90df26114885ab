-- The tables and views of the published copy, each with its columns.
SELECT
  r.schema_name AS schema,
  concat_ws('.', r.schema_name, r.name) AS name,
  r.sql,
  list(c.column_name) AS columns
FROM (
  SELECT schema_name, table_name AS name, NULL AS sql FROM duckdb_tables() WHERE database_name = current_database()
  UNION ALL
  SELECT schema_name, view_name, sql FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
) AS r
JOIN duckdb_columns() AS c
  ON c.database_name = current_database() AND c.schema_name = r.schema_name AND c.table_name = r.name
GROUP BY ALL
ORDER BY name;
-- Its macros.
SELECT
  concat_ws('.', schema_name, function_name) AS name,
  function_type = 'table_macro' AS is_table,
  array_to_string(parameters, ', ') AS parameters,
  macro_definition AS definition
FROM duckdb_functions()
WHERE database_name = current_database() AND NOT internal
ORDER BY name;
-- Whose texts are reserved: found once, for the copy does not change.
CREATE TABLE kliping.main.reserved_article_ids AS
SELECT DISTINCT
  article_id
FROM mart.reservations
WHERE is_against;
CREATE TABLE kliping.main.reserved_version_ids AS
SELECT
  version_id
FROM core.article_versions
SEMI JOIN kliping.main.reserved_article_ids USING (article_id);
-- It would name the columns of both databases.
CREATE TABLE kliping.main.data_dictionary AS
FROM mart.data_dictionary;
CREATE VIEW kliping.mart.data_dictionary AS
FROM kliping.main.data_dictionary
