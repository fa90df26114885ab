-- How much of each outlet's week was announced, loaded and lost, and how much no channel announced. Key: (source_id, week).
CREATE TABLE core.completeness (
  source_id VARCHAR NOT NULL, -- core.sources
  week DATE NOT NULL, -- its Monday, in western Indonesian time
  n_announced INTEGER NOT NULL, -- articles that its channels announced
  n_loaded INTEGER NOT NULL, -- articles that are loaded, announced or not
  lost MAP(VARCHAR, INTEGER) NOT NULL, -- announced articles that are not loaded, by reason
  n_feed INTEGER NOT NULL, -- announced by a feed
  n_sitemap INTEGER NOT NULL, -- announced by a sitemap
  n_listing INTEGER NOT NULL, -- announced by a listing page or the WordPress API
  n_unread_days TINYINT NOT NULL, -- days of the week on which no channel was read and of which no article is known
  n_compared TINYINT NOT NULL, -- channels of which none lies within another
  state VARCHAR NOT NULL, -- estimated; bound (at least unseen_low); cannot_tell
  reason VARCHAR, -- why no more can be said, or what the estimate takes for granted
  unseen DOUBLE, -- articles that no channel announced, as estimated
  unseen_sd DOUBLE, -- standard deviation of its error; of independent rows the squares add up
  unseen_low DOUBLE, -- 95 % interval
  unseen_high DOUBLE, -- NULL for a bound
  counts_hash UBIGINT NOT NULL -- of the counts that the row is made from: where it is the same, the row is not made again
);
