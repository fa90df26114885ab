-- Articles are counted by their day. Any article, not only a copy, can name the agency that its text came from.
DROP VIEW IF EXISTS mart.stories;
DROP MACRO mart.story_date;
CREATE MACRO core.article_day(published, in_text, seen) AS coalesce(mart.wib_date(published), in_text, mart.wib_date(seen));
COMMENT ON TABLE core.article_agencies IS 'The news agency that an article names as the origin of its text. Key: article_id.';
-- the next run looks for the agencies of all
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
