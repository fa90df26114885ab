-- C09 warn: a weekday beside a date is the weekday of that date.
SELECT a.source_id, a.url, d.text, d.date_start
FROM new_dates AS d
JOIN new_articles AS a ON a.current_version_id = d.version_id
WHERE d.weekday_matches = FALSE;
