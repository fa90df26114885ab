-- The acronyms that articles explain themselves: the first hundred.
SELECT
  short_form,
  mode(c.expansion) AS expansion,
  count(DISTINCT c.expansion) AS variants,
  count(DISTINCT c.article_id) AS articles
FROM core.acronyms AS c
JOIN core.article_metadata AS m USING (version_id)
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
  AND source_name = coalesce($source, source_name)
GROUP BY short_form
ORDER BY articles DESC, short_form
LIMIT 100;
