-- Tables of others are imported, and a backfill with a query leaves articles out.
COMMENT ON COLUMN ops.frontier.state IS 'pending, loaded, duplicate, skipped, deferred, quarantined, gone, not_asked (only another outlet announced it, or a backfill with a query left it out)';
COMMENT ON COLUMN core.articles.access IS 'free, partial (some of it), paid, imported (a row of a table that somebody made elsewhere); NULL where the page does not say';
COMMENT ON COLUMN core.articles.is_accessible_for_free IS 'FALSE behind a paywall, even where some of it is free; NULL where the page does not say, and for imported rows';
COMMENT ON COLUMN core.articles.date_published_source IS 'jsonld, meta, microdata, time_tag, dom, feed, sitemap, url, text, column (of an imported table), none';
