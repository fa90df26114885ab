-- Which fields pages leave out: the percentage of each outlet's articles without them.
--
-- id: Bidang mana yang tidak ada di halaman: persentase artikel tiap media tanpa bidang itu.
-- by outlet
SELECT
  source_name,
  count(*) AS articles,
  round(100.0 * avg((headline IS NULL)::INTEGER), 1) AS no_headline,
  round(100.0 * avg((date_published IS NULL)::INTEGER), 1) AS no_date,
  round(100.0 * avg((authors IS NULL)::INTEGER), 1) AS no_author,
  round(100.0 * avg((article_section IS NULL)::INTEGER), 1) AS no_section,
  round(100.0 * avg((description IS NULL)::INTEGER), 1) AS no_description,
  round(100.0 * avg((dateline IS NULL)::INTEGER), 1) AS no_dateline
FROM mart.article_metadata
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY source_name
ORDER BY source_name;
