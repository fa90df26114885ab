-- Topics come from files of users. Those of before stay until there are such files; the next run reads all articles for them.
ALTER TABLE ref.topics ADD COLUMN since DATE;
COMMENT ON COLUMN ref.topics.since IS 'first day of the articles that can be about it; NULL for all';
ALTER TABLE ref.topic_terms ADD COLUMN list VARCHAR;
COMMENT ON COLUMN ref.topic_terms.list IS 'terms (in all forms of their words), phrases (as written), exclude (phrases in which nothing counts)';
COMMENT ON TABLE core.article_topics IS 'What an article is about, by lists of terms, in its current version. Key: (version_id, topic_id).';
UPDATE ref.topic_terms SET list = 'phrases';
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
