-- The stored estimates of all weeks that have a day of the range, added up for each outlet, or for each of its weeks;
-- an outlet without any has one that cannot tell.
WITH weeks AS (
  SELECT
    s.source_name,
    c.week,
    coalesce(c.state, 'cannot_tell') AS state,
    c.reason,
    c.unseen,
    c.unseen_sd,
    c.unseen_low
  FROM mart.outlets AS s
  LEFT JOIN mart.completeness AS c
    ON c.source_id = s.source_id
    AND c.week > coalesce($since::DATE, '-infinity'::DATE) - 7
    AND c.week <= coalesce($until::DATE, 'infinity'::DATE)
  WHERE s.source_name = coalesce($source, s.source_name)
)
SELECT
  source_name,
  CASE WHEN $by_week THEN week END AS week,
  count(*) AS n_weeks,
  count(*) FILTER (state = 'estimated') AS n_estimated,
  count(*) FILTER (state = 'bound') AS n_bounds,
  mode(reason ORDER BY reason) FILTER (state <> 'estimated') AS reason, -- the most frequent
  coalesce(sum(unseen) FILTER (state = 'estimated'), 0) AS unseen,
  coalesce(sum(unseen_sd * unseen_sd) FILTER (state = 'estimated'), 0) AS unseen_variance,
  coalesce(sum(unseen_low) FILTER (state = 'bound'), 0)::DOUBLE AS unseen_low
FROM weeks
GROUP BY ALL;
