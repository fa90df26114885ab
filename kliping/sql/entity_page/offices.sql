-- The offices in which a person is quoted, over time.
SELECT speaker_role, speaker_affiliation, concat_ws(', ', speaker_role, speaker_affiliation) AS office,
  count(*) AS quotes, min(day) AS first_day, max(day) AS last_day
FROM own_quotes
WHERE coalesce(speaker_role, speaker_affiliation) IS NOT NULL
GROUP BY ALL
ORDER BY first_day, quotes DESC, office;
