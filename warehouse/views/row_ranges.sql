-- Where the rows of a text stand in the tables of quotes and figures, so that a few texts of many can be read without the others. They stand together, as they were loaded.
CREATE OR REPLACE VIEW core.row_ranges AS
SELECT
  f.version_id, -- core.article_versions
  f.first_figure_row, -- rowid of core.figures
  f.last_figure_row, -- likewise; rows of other texts may stand between
  q.first_quote_row, -- rowid of core.quotes; NULL without a quote
  q.last_quote_row -- likewise
FROM (SELECT version_id, min(rowid) AS first_figure_row, max(rowid) AS last_figure_row FROM core.figures GROUP BY version_id) AS f
LEFT JOIN (SELECT version_id, min(rowid) AS first_quote_row, max(rowid) AS last_quote_row FROM core.quotes GROUP BY version_id) AS q USING (version_id);
