-- C09 warn: a weekday beside a date is the weekday of that date, unless it has mended the printed year.
SELECT a.source_id, a.url, d.text, d.date_start
FROM new_dates AS d
JOIN new_articles AS a ON a.current_version_id = d.version_id
WHERE d.weekday_matches = FALSE
  AND (contains(d.text, year(d.date_start)::VARCHAR) OR NOT regexp_matches(d.text, '(19|20)\d\d'));
