-- The ids of the people with these names, in any case.
SELECT
  n.name,
  p.entity_id
FROM mart.people AS p
JOIN (SELECT unnest($people::VARCHAR[]) AS name) AS n ON lower(p.person) = lower(n.name)
ORDER BY p.entity_id;
