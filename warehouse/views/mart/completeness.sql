-- How complete each outlet's week is: announced, loaded, lost by reason, and the estimate of what no channel announced.
CREATE OR REPLACE VIEW mart.completeness AS
SELECT
  c.source_id, -- TOML name of the outlet
  s.name AS source_name, -- title of the outlet
  c.week, -- its Monday, in western Indonesian time
  c.n_announced, -- articles that its channels announced
  c.n_loaded, -- articles that are loaded, announced or not
  c.lost, -- announced articles that are not loaded, by reason
  c.n_feed, -- announced by a feed
  c.n_sitemap, -- announced by a sitemap
  c.n_listing, -- announced by a listing page or the WordPress API
  c.n_unread_days, -- days of the week on which no channel was read and of which no article is known
  c.n_compared, -- channels of which none lies within another
  c.state, -- estimated; bound (at least unseen_low); cannot_tell
  c.reason, -- why no more can be said, or what the estimate takes for granted
  c.unseen, -- articles that no channel announced, as estimated; NULL if that cannot be told
  c.unseen_sd, -- standard deviation of its error; of independent rows the squares add up
  c.unseen_low, -- 95 % interval
  c.unseen_high -- NULL for a bound
FROM core.completeness AS c
JOIN core.sources AS s USING (source_id);
