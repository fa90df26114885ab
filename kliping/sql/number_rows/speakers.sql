-- Who is quoted for an institution, in quotation marks and without copies.
SELECT min(speaker) AS speaker
FROM core.statements
WHERE speaker_affiliation = $affiliation AND speaker IS NOT NULL
  AND ($since IS NULL OR day >= $since)
  AND ($until IS NULL OR day <= $until)
  AND ($source IS NULL OR source_name = $source)
GROUP BY speaker_entity_id
ORDER BY ALL
