-- C23 warn: no field is filled in an outlet's latest 20 articles less than half as often as before.
WITH shares AS (
  UNPIVOT (
    SELECT
      source_id,
      k <= 20 AS is_late,
      avg((each_expected_field IS NOT NULL)::INTEGER) AS each_expected_field,
      count(*) AS n
    FROM recent_articles
    GROUP BY ALL
    HAVING count(*) >= 10
  ) ON COLUMNS(* EXCLUDE (source_id, is_late, n)) INTO NAME field VALUE share
)
SELECT l.source_id, field, round(e.share, 2) AS before, round(l.share, 2) AS now
FROM shares AS l
JOIN shares AS e USING (source_id, field)
WHERE l.is_late AND NOT e.is_late AND e.share >= 0.5 AND l.share < e.share / 2;
