-- People who are named.
SELECT person AS name, n_articles AS n, speaker_role AS more
FROM mart.people
