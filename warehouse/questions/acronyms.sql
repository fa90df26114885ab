-- The acronyms that articles explain themselves: the first hundred.
--
-- id: Akronim yang dijelaskan artikel sendiri: seratus yang pertama.
-- over outlets
SELECT
  short_form,
  mode(c.expansion) AS expansion,
  count(DISTINCT c.expansion) AS variants,
  count(DISTINCT c.article_id) AS articles
FROM core.acronyms AS c
JOIN core.article_metadata AS m USING (version_id)
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY short_form
ORDER BY articles DESC, short_form
LIMIT 100;
