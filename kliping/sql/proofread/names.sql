-- What names stand for, whatever article says so.
SELECT DISTINCT i.name, i.canonical_name
FROM mart.identities AS i
WHERE i.canonical_name IN (
  SELECT canonical_name
  FROM mart.identities
  WHERE lower(name) IN (SELECT lower(unnest($names))) OR lower(canonical_name) IN (SELECT lower(unnest($names)))
)
ORDER BY ALL;
