-- The expansions of an acronym.
SELECT DISTINCT expansion
FROM mart.acronym_definitions
WHERE short_form = $short_form
  AND filter_by($since, day >= $since)
  AND filter_by($until, day <= $until)
  AND filter_by($source, source_name = $source)
ORDER BY ALL
