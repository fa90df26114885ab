-- How the most frequent name is spelled that differs in case and accents at most.
SELECT name
FROM ($names)
WHERE strip_accents(lower(name)) = strip_accents(lower($name))
ORDER BY name <> $name, n DESC, name
LIMIT 1;
