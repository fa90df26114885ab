-- Who is quoted for an institution, in quotation marks and without copies.
SELECT min(speaker) AS speaker
FROM mart.statements
WHERE speaker_affiliation = $affiliation AND speaker IS NOT NULL
  AND filter_by($since, day >= $since)
  AND filter_by($until, day <= $until)
  AND filter_by($source, source_name = $source)
GROUP BY speaker_entity_id
ORDER BY ALL
