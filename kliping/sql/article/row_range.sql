-- Where the rows of any version stand, as `mart.row_ranges` tells of current texts. It reads whole columns.
SELECT
  (SELECT min(rowid) FROM core.quotes WHERE version_id = $version_id) AS first_quote_row,
  (SELECT max(rowid) FROM core.quotes WHERE version_id = $version_id) AS last_quote_row,
  (SELECT min(rowid) FROM core.figures WHERE version_id = $version_id) AS first_figure_row,
  (SELECT max(rowid) FROM core.figures WHERE version_id = $version_id) AS last_figure_row,
  (SELECT min(rowid) FROM core.entity_mentions WHERE version_id = $version_id) AS first_mention_row,
  (SELECT max(rowid) FROM core.entity_mentions WHERE version_id = $version_id) AS last_mention_row,
  (SELECT min(rowid) FROM core.dates_mentioned WHERE version_id = $version_id) AS first_date_row,
  (SELECT max(rowid) FROM core.dates_mentioned WHERE version_id = $version_id) AS last_date_row,
  (SELECT min(rowid) FROM core.article_places WHERE version_id = $version_id) AS first_place_row,
  (SELECT max(rowid) FROM core.article_places WHERE version_id = $version_id) AS last_place_row;
