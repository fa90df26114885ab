-- Where the rows of an article's current text stand in the tables of its facts, so that the others need not be read.
-- They stand together, as they were loaded; rows of other texts may stand between.
CREATE OR REPLACE VIEW mart.row_ranges AS
SELECT
  v.current_version_id AS version_id, -- core.article_versions
  v.rowid AS article_row, -- of core.articles
  q.first_quote_row, -- rowid of core.quotes; NULL without one
  q.last_quote_row, -- likewise
  f.first_figure_row, -- rowid of core.figures; NULL without one
  f.last_figure_row, -- likewise
  m.first_mention_row, -- rowid of core.entity_mentions; NULL without one
  m.last_mention_row, -- likewise
  d.first_date_row, -- rowid of core.dates_mentioned; NULL without one
  d.last_date_row, -- likewise
  p.first_place_row, -- rowid of core.article_places; NULL without one
  p.last_place_row -- likewise
FROM core.articles AS v
LEFT JOIN (
  SELECT version_id, min(rowid) AS first_quote_row, max(rowid) AS last_quote_row FROM core.quotes GROUP BY version_id
) AS q
  ON q.version_id = v.current_version_id
LEFT JOIN (
  SELECT version_id, min(rowid) AS first_figure_row, max(rowid) AS last_figure_row FROM core.figures GROUP BY version_id
) AS f
  ON f.version_id = v.current_version_id
LEFT JOIN (
  SELECT version_id, min(rowid) AS first_mention_row, max(rowid) AS last_mention_row
  FROM core.entity_mentions
  GROUP BY version_id
) AS m
  ON m.version_id = v.current_version_id
LEFT JOIN (
  SELECT version_id, min(rowid) AS first_date_row, max(rowid) AS last_date_row
  FROM core.dates_mentioned
  GROUP BY version_id
) AS d
  ON d.version_id = v.current_version_id
LEFT JOIN (
  SELECT version_id, min(rowid) AS first_place_row, max(rowid) AS last_place_row
  FROM core.article_places
  GROUP BY version_id
) AS p
  ON p.version_id = v.current_version_id;
