-- The functions and views of this DuckDB that a reader may not use: they reach files, settings, the process or other
-- databases. What reads tables is refused unless it is listed; what computes is allowed unless it depends on more than
-- its arguments.
SELECT DISTINCT
  'table' AS kind,
  function_name AS name
FROM duckdb_functions()
WHERE function_type IN ('table', 'pragma', 'table_macro')
  AND function_name NOT IN (
    'generate_series', 'json_each', 'json_tree', 'range', 'repeat', 'unnest',
    'duckdb_columns', 'duckdb_schemas', 'duckdb_tables', 'duckdb_types', 'duckdb_views'
  )
UNION ALL
SELECT DISTINCT
  'scalar',
  function_name
FROM duckdb_functions()
WHERE function_type IN ('scalar', 'aggregate', 'macro')
  AND CASE
    WHEN function_name IN (
      'current_database', 'current_date', 'current_schema', 'current_schemas', 'error', 'gen_random_uuid',
      'get_current_time',
      'get_current_timestamp', 'now', 'random', 'today', 'transaction_timestamp', 'uuid', 'uuidv4', 'uuidv7'
    ) THEN FALSE
    WHEN stability <> 'CONSISTENT' OR starts_with(function_name, '__internal') THEN TRUE
    ELSE function_name IN (
      'current_query', 'current_setting', 'get_block_size', 'getvariable', 'json_deserialize_sql',
      'json_serialize_plan',
      'json_serialize_sql', 'pg_sleep'
    )
  END
UNION ALL
SELECT DISTINCT
  'relation',
  view_name
FROM duckdb_views()
WHERE internal
  AND schema_name <> 'information_schema'
  AND view_name NOT IN (
    'duckdb_columns', 'duckdb_schemas', 'duckdb_tables', 'duckdb_types', 'duckdb_views', 'sqlite_master',
    'sqlite_schema'
  );
