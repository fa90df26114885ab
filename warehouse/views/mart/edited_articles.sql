-- Articles of which several texts are known and that a fetched page showed. Texts of rows of tables and of saved files
-- are copies of an article, never edits.
CREATE OR REPLACE VIEW mart.edited_articles AS
SELECT
  article_id -- core.articles
FROM core.articles
WHERE n_versions > 1 AND article_id IN (SELECT article_id FROM core.article_statements WHERE NOT is_imported);
