-- Where articles come from and where they happen, by province.
--
-- id: Dari mana artikel ditulis dan di mana peristiwanya, menurut provinsi.
-- over outlets
WITH earlier_counts AS (
  SELECT province, count(DISTINCT article_id) AS n
  FROM mart.places
  WHERE role IN ('dateline', 'event_location')
    AND day >= $before::DATE
    AND day < $since::DATE
    AND source_name = coalesce($source, source_name)
  GROUP BY province
)
SELECT
  province,
  count(DISTINCT article_id) AS articles,
  CASE WHEN $since IS NOT NULL THEN coalesce(any_value(n), 0) END AS before, -- in the period of equal length before
  count(DISTINCT source_name) AS outlets,
  list_sort(list(DISTINCT place))[:8] AS places -- eight of them
FROM mart.places
LEFT JOIN earlier_counts USING (province)
WHERE role IN ('dateline', 'event_location') AND province IS NOT NULL
  AND mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
GROUP BY province
ORDER BY articles DESC, province;
