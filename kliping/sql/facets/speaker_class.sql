-- Kinds of speakers.
SELECT
  'speaker_class' AS facet,
  speaker_class AS value,
  speaker_class AS label,
  count(*) AS n
FROM listed
WHERE speaker_class IS NOT NULL
GROUP BY ALL
ORDER BY n DESC, value
LIMIT 8;
