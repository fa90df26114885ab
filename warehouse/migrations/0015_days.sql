-- Articles are counted by their day. Any article, not only a copy, can name the agency that its text came from.
DROP VIEW IF EXISTS mart.stories;
DROP MACRO mart.story_date;
CREATE MACRO core.article_day(published, in_text, seen) AS coalesce(mart.wib_date(published), in_text, mart.wib_date(seen));
COMMENT ON TABLE core.article_agencies IS 'The news agency that an article names as the origin of its text. Key: article_id.';
-- the next run looks for the agencies of all
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);

COMMENT ON TABLE core.articles IS 'Articles, with the metadata of the last page that showed them. Key: article_id.';
COMMENT ON TABLE core.article_clusters IS 'The cluster of copies that every article is in; most are alone. Key: article_id.';
COMMENT ON TABLE core.article_pairs IS 'Two articles that share much of their text. Key: (article_id, earlier_id).';
COMMENT ON COLUMN core.article_shingles.week IS 'Monday of the article''s week; texts of neighbouring weeks are compared';
COMMENT ON COLUMN core.dates_mentioned.method IS 'how the day was found';
COMMENT ON COLUMN core.figures.contradicts IS 'numbers of the figures of the text that count the same thing otherwise; empty where none does';
COMMENT ON TABLE ops.frontier IS 'Every address ever discovered, and its one current state. Key: url.';
COMMENT ON COLUMN ops.runs.n_quarantined IS 'pages quarantined with their reason';
