-- Columns of imported tables that Kliping does not know, such as the codes of a codebook: every value that any table
-- states of an article.
CREATE OR REPLACE VIEW mart.article_columns AS
SELECT DISTINCT
  c.article_id, -- the article
  c.name,
  c.value -- as the table has it; two rows where tables, or rows of one, say different things
FROM core.article_columns AS c
SEMI JOIN core.articles AS a USING (article_id);
