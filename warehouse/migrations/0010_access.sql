ALTER TABLE core.articles ADD COLUMN access VARCHAR;
COMMENT ON COLUMN core.articles.access IS 'free, partial (some of it), paid; NULL where the page does not say';
COMMENT ON COLUMN core.articles.is_accessible_for_free IS 'FALSE behind a paywall, even where some of it is free; NULL where the page does not say';
COMMENT ON COLUMN core.removed_spans.kind IS 'dateline, related_link, end_mark, editor_credit, caption, embed (the words of a post), ad, boilerplate';
COMMENT ON COLUMN core.article_links.rel IS 'related, inline, embed (a player, a map, a post that the page shows), source, tag, author, social';
COMMENT ON COLUMN core.article_links.label IS 'e.g. ''Baca Juga''; of an embed what it is: post, video, audio, frame';
