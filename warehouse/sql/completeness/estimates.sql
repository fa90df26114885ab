-- The stored estimates of all weeks that have a day of the range; of an outlet without any, one that says so.
SELECT
  s.name AS source_name,
  c.week,
  coalesce(c.state, 'cannot_tell') AS state,
  c.n_compared,
  c.unseen,
  c.unseen_sd,
  c.unseen_low
FROM core.sources AS s
LEFT JOIN core.completeness AS c
  ON c.source_id = s.source_id
  AND c.week > coalesce($since::DATE, '-infinity'::DATE) - 7
  AND c.week <= coalesce($until::DATE, 'infinity'::DATE)
WHERE s.name = coalesce($source, s.name);
