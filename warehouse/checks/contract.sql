-- C21 error: every column that the public views promise exists, with its type.
SELECT p.*
FROM (VALUES
  ('articles', 'article_id', 'VARCHAR'), ('articles', 'source_id', 'VARCHAR'), ('articles', 'source_name', 'VARCHAR'),
  ('articles', 'headline', 'VARCHAR'), ('articles', 'url', 'VARCHAR'), ('articles', 'date_published', 'TIMESTAMP'),
  ('articles', 'day', 'DATE'), ('articles', 'authors', 'VARCHAR[]'), ('articles', 'tags', 'VARCHAR[]'),
  ('articles', 'n_versions', 'INTEGER'), ('articles', 'version_id', 'VARCHAR'), ('articles', 'word_count', 'INTEGER'),
  ('articles', 'body_text', 'VARCHAR'), ('articles', 'cluster_id', 'VARCHAR'),
  ('articles', 'is_cluster_lead', 'BOOLEAN'),
  ('quotes', 'article_id', 'VARCHAR'), ('quotes', 'quote_type', 'VARCHAR'), ('quotes', 'text', 'VARCHAR'),
  ('quotes', 'speaker', 'VARCHAR'),
  ('figures', 'article_id', 'VARCHAR'), ('figures', 'value', 'DECIMAL(24,4)'), ('figures', 'unit', 'VARCHAR'),
  ('topics', 'topic_id', 'VARCHAR'), ('people', 'person', 'VARCHAR'), ('organizations', 'organization', 'VARCHAR'),
  ('mentions', 'entity', 'VARCHAR'), ('mentions', 'kind', 'VARCHAR'), ('dates', 'date_start', 'DATE'),
  ('places', 'place', 'VARCHAR'), ('acronyms', 'short_form', 'VARCHAR'),
  ('copies', 'cluster_id', 'VARCHAR'), ('edits', 'kinds', 'VARCHAR[]'), ('calendar', 'day', 'DATE')
) AS p (table_name, column_name, data_type)
ANTI JOIN (
  SELECT table_name, column_name, data_type
  FROM duckdb_columns()
  WHERE schema_name = 'mart' AND database_name = current_database()
) AS h USING (table_name, column_name, data_type);
