-- What the index lacks, and what it has too much.
--
-- removed_texts: indexed texts that are in the database no more
-- due_texts: current texts that are not indexed yet, each with its new number

CREATE OR REPLACE TEMP TABLE removed_texts AS
SELECT text_no
FROM ops.word_texts
SEMI JOIN ops.uncompared USING (article_id)
ANTI JOIN core.article_versions USING (version_id);
CREATE OR REPLACE TEMP TABLE due_texts AS
SELECT
  ((SELECT coalesce(max(text_no), 0) FROM ops.word_texts) + row_number() OVER ())::INTEGER AS text_no,
  a.article_id,
  a.current_version_id AS version_id
FROM core.articles AS a
SEMI JOIN ops.uncompared USING (article_id)
ANTI JOIN (FROM ops.word_texts SEMI JOIN ops.uncompared USING (article_id)) AS t ON t.version_id = a.current_version_id;
