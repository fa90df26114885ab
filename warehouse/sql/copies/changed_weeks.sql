-- The weeks of the changed articles as they are now.
INSERT INTO changed_weeks
SELECT DISTINCT week
FROM core.article_shingles
SEMI JOIN changed_articles USING (article_id)
ANTI JOIN changed_weeks USING (week);
