-- The acronyms that articles explain themselves: the first hundred.
--
-- id: Akronim yang dijelaskan artikel sendiri: seratus yang pertama.
-- over outlets
SELECT
  short_form,
  mode(expansion) AS expansion,
  count(DISTINCT expansion) AS variants,
  count(DISTINCT article_id) AS articles
FROM mart.acronym_definitions
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY short_form
ORDER BY articles DESC, short_form
LIMIT 100;
