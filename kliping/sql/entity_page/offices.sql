-- The offices in which a person is quoted, those that most articles state first.
SELECT speaker_role, speaker_affiliation, concat_ws(', ', speaker_role, speaker_affiliation) AS office,
  count(DISTINCT version_id) AS articles,
  CASE WHEN articles = 1 THEN 'one article says so' END AS office_note,
  count(*) AS quotes, min(day) AS first_day, max(day) AS last_day
FROM own_quotes
WHERE coalesce(speaker_role, speaker_affiliation) IS NOT NULL
  AND core.is_office(office_rule_id)
GROUP BY ALL
ORDER BY articles DESC, first_day, quotes DESC, office;
