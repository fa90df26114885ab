-- The numbers of one count, by what it is counted by; nothing was found is an answer, too.
WITH found AS (
  SELECT parts, count(*) AS n, count(DISTINCT article_id) AS n_articles
  FROM study_evidence
  WHERE subject = $subject
  GROUP BY ALL
), totals AS (
  SELECT parts AS of_parts, sum(n)::BIGINT AS of_n
  FROM study_denominators
  WHERE subject = $subject
  GROUP BY ALL
), seen AS (
  SELECT parts FROM found
  UNION
  SELECT of_parts FROM totals WHERE $by::VARCHAR[] = $of_by::VARCHAR[]
  UNION
  SELECT $by::VARCHAR[] WHERE $by::VARCHAR[] IN ([], ['period'])
), periods AS (
  SELECT DISTINCT date_trunc($period, day)::DATE::VARCHAR AS period
  FROM (SELECT unnest(generate_series($since::DATE, $until::DATE, INTERVAL 1 DAY)) AS day)
), every AS (
  -- a period without a row stays on the axis, for each of the other values
  SELECT DISTINCT
    list_transform (parts, lambda part, i: if(list_extract($by::VARCHAR[], i) = 'period', period, part)) AS parts
  FROM seen, periods
)
SELECT
  $subject AS subject,
  if(len(parts) = 0, 'all', array_to_string(parts, ' / ')) AS name,
  coalesce(n, 0) AS n,
  coalesce(n_articles, 0) AS n_articles, -- in which they stand: one interview has many quotes
  CASE WHEN $has_of THEN coalesce(of_n, 0) END AS of_n, -- all that they are a part of
  parts[list_position($by::VARCHAR[], 'period')]::DATE AS period,
  parts[list_position($by::VARCHAR[], 'source_name')] AS source_name
FROM every
LEFT JOIN found USING (parts)
LEFT JOIN totals
  ON of_parts = list_filter (parts, lambda part, i: list_contains($of_by::VARCHAR[], list_extract($by::VARCHAR[], i)))
ORDER BY
  CASE WHEN list_has_any($by::VARCHAR[], ['period', 'source_name']) THEN parts END, n_articles DESC, n DESC, name;
