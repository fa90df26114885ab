-- Every column of the warehouse and what it means.
CREATE OR REPLACE VIEW mart.data_dictionary AS
SELECT
  c.schema_name, -- raw, core, mart, ops, ref
  c.table_name, -- table or view
  c.column_name, -- column
  c.data_type, -- DuckDB type
  c.is_nullable, -- may be NULL
  coalesce(c.comment, v.comment) AS comment -- what it means
FROM duckdb_columns() AS c
LEFT JOIN ref.view_columns AS v USING (schema_name, table_name, column_name)
WHERE c.schema_name IN ('raw', 'core', 'mart', 'ops', 'ref') AND NOT c.internal
ORDER BY ALL;
