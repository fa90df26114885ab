-- What the columns of views mean: DuckLake takes comments on columns of tables only.
CREATE TABLE ref.view_columns (
  schema_name VARCHAR NOT NULL, -- of the view
  table_name VARCHAR NOT NULL, -- the view
  column_name VARCHAR NOT NULL, -- column
  comment VARCHAR NOT NULL, -- what it means
);
