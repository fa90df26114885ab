-- The expansions of an acronym.
SELECT DISTINCT expansion
FROM core.acronyms
JOIN core.article_metadata USING (version_id)
WHERE short_form = $short_form
  AND ($since IS NULL OR day >= $since)
  AND ($until IS NULL OR day <= $until)
  AND ($source IS NULL OR source_name = $source)
ORDER BY ALL
