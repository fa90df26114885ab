-- Articles are compared by one measure of likeness, and have a kind.
ALTER TABLE core.event_pairs RENAME COLUMN likelihood TO similarity;
COMMENT ON COLUMN core.event_pairs.similarity IS 'cosine of the weighted words of headlines and openings, 0.1 to 1';
ALTER TABLE core.article_events ADD COLUMN kind VARCHAR;
COMMENT ON COLUMN core.article_events.kind IS 'of event or page, such as fire or horoscope; NULL: none is told';
COMMENT ON COLUMN core.figure_subjects.changes IS 'up, both: a later count can replace it with a higher one, or with any other; equal: it may agree, never differ; NULL: it does not change';
DELETE FROM core.event_pairs;
-- the next run compares the articles that are there
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
