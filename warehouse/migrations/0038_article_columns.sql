-- The columns of imported tables that hold no field of an article, such as the codes of a codebook. Key: (fetch_id, name).
CREATE TABLE core.article_columns (
  article_id VARCHAR NOT NULL, -- core.articles
  fetch_id VARCHAR NOT NULL, -- raw.fetches; the row of the table
  name VARCHAR NOT NULL, -- of the column, as the table has it
  value VARCHAR NOT NULL -- the cell, at most 280 characters; empty and longer cells have no row
);
