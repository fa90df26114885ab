-- How complete each outlet's week is: announced, loaded, lost by reason, and the estimate of what no channel announced.
CREATE OR REPLACE VIEW mart.completeness AS
SELECT
  c.source_id, -- TOML name of the outlet
  s.name AS source_name, -- title of the outlet
  c.week,
  c.n_announced,
  c.n_loaded,
  c.lost,
  c.n_feed,
  c.n_sitemap,
  c.n_listing,
  c.n_unread_days,
  c.n_compared,
  c.state,
  c.reason,
  c.unseen, -- articles that no channel announced, as estimated; NULL if that cannot be told
  c.unseen_sd,
  c.unseen_low,
  c.unseen_high
FROM core.completeness AS c
JOIN core.sources AS s USING (source_id);
