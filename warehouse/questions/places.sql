-- Where articles come from and where they happen, by province.
SELECT
  province,
  count(DISTINCT article_id) AS articles,
  count(DISTINCT source_name) AS outlets,
  list_sort(list(DISTINCT place_name))[:8] AS places -- eight of them
FROM mart.places
WHERE role IN ('dateline', 'event_location') AND province IS NOT NULL
  AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
GROUP BY province
ORDER BY articles DESC, province;
