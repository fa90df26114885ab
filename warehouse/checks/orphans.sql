-- C03 error: every fact belongs to a version that exists.
SELECT what, version_id, count(*) AS n
FROM (
  SELECT 'quote' AS what, version_id FROM new_quotes
  UNION ALL SELECT 'mention', version_id FROM new_mentions
  UNION ALL SELECT 'figure', version_id FROM new_figures
  UNION ALL SELECT 'date', version_id FROM new_dates
  UNION ALL SELECT 'place', version_id FROM new_places
  UNION ALL SELECT 'acronym', version_id FROM new_acronyms
)
ANTI JOIN new_versions USING (version_id)
GROUP BY ALL;
