-- How articles write the name.
SELECT text, mention_type, count(*) AS n, count(DISTINCT source_name) AS outlets
FROM own_mentions
WHERE mention_type NOT IN ('pronoun', 'clitic')
GROUP BY ALL
ORDER BY n DESC, text, mention_type;
