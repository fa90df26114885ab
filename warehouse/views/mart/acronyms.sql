-- The acronym dictionary that the articles themselves define.
CREATE OR REPLACE VIEW mart.acronyms AS
SELECT
  c.short_form,
  mode(c.expansion) AS expansion, -- the most frequent one
  count(DISTINCT c.expansion) AS n_variants, -- expansions seen
  count(DISTINCT c.article_id) AS n_articles -- articles that define it
FROM core.acronyms AS c
JOIN mart.article_metadata AS m USING (version_id)
GROUP BY c.short_form;
