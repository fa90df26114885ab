-- One row per article of which the address is known: the kinds of channels of its own outlet that announced it, and
-- what became of it. As it was at the end of the last run.
CREATE OR REPLACE VIEW mart.announced_articles AS
SELECT
  k.source_id, -- TOML name of the outlet
  k.article,
  k.url,
  k.day, -- the day to count it under, in western Indonesian time; if it is not loaded, as announced
  k.section,
  k.quarter,
  k.in_feed,
  k.in_sitemap,
  k.in_listing,
  k.is_loaded, -- it is in mart.articles
  k.lost_reason
FROM core.announced_articles AS k;
