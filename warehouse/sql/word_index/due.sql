-- What the index lacks, and what it has too much.
--
-- indexed_texts: what the index has of the articles to index
-- removed_texts: those of them that are in the database no more
-- due_texts: current texts that are not indexed yet, each with its new number

CREATE OR REPLACE TEMP TABLE indexed_texts AS FROM ops.word_texts SEMI JOIN ops.uncompared USING (article_id);
CREATE OR REPLACE TEMP TABLE removed_texts AS
SELECT text_no FROM indexed_texts ANTI JOIN core.article_versions USING (version_id);
CREATE OR REPLACE TEMP TABLE due_texts AS
SELECT
  ((SELECT coalesce(max(text_no), 0) FROM ops.word_texts) + row_number() OVER ())::INTEGER AS text_no,
  a.article_id,
  a.current_version_id AS version_id
FROM core.articles AS a
ANTI JOIN indexed_texts AS t ON t.version_id = a.current_version_id
WHERE a.rowid IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM ops.uncompared));
