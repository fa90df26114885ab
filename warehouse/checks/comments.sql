-- C22 warn: every column has a comment.
SELECT schema_name, table_name, column_name
FROM duckdb_columns()
ANTI JOIN ref.view_columns USING (schema_name, table_name, column_name)
WHERE schema_name IN ('raw', 'core', 'mart', 'ops', 'ref') AND database_name = current_database() AND comment IS NULL;
