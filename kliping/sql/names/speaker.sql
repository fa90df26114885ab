-- Who is quoted, how often, and in which office most.
SELECT speaker AS name, count(*) AS n, mode(concat_ws(' ', speaker_role, speaker_affiliation)) AS more
FROM mart.speakers
WHERE speaker IS NOT NULL
GROUP BY speaker
