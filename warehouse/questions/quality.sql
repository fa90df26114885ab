-- What the quality checks found, the most recent finding first; for one outlet, where it is among the examples.
--
-- id: Apa yang ditemukan pemeriksaan mutu, temuan terbaru lebih dulu; untuk satu media, bila media itu ada di antara
--   contohnya.
SELECT
  check_id,
  name,
  severity,
  count(*) AS looks,
  count(*) FILTER (n_found > 0) AS looks_that_found,
  max(checked_at) FILTER (n_found > 0) AS last_found_at,
  arg_max(n_found, checked_at) AS found_at_the_latest_look,
  arg_max(sample, checked_at) FILTER (n_found > 0) AS sample
FROM ops.quality_results
WHERE mart.is_within(mart.wib_date(checked_at), $since, $until)
  AND filter_by(
    $source,
    n_found = 0
    OR EXISTS (
      FROM mart.outlets AS s
      WHERE $source IN (s.source_id, s.source_name)
        AND list_contains(json_extract_string(sample, '$[*].source_id'), s.source_id)
    )
  )
GROUP BY check_id, name, severity
ORDER BY last_found_at DESC NULLS LAST, check_id;
