-- Outlets that announce nothing new: for a day at least, and for so long that ten articles are usual.
SELECT
  source_name,
  max(last_success_at) AS seen_at,
  [source_id, max(last_new_at)::VARCHAR] AS words,
  format(
    '{}: nothing new since {} UTC, {} articles are usual in such a time',
    source_name, strftime(max(last_new_at), '%Y-%m-%d %H:%M'),
    round(max(usual_3_days) / 72 * date_diff('hour', max(last_new_at), max(last_success_at)))::BIGINT
  ) AS what,
  '/outlet/' || source_id AS page
FROM mart.source_health
WHERE coalesce($outlet, source_name) = source_name
GROUP BY source_id, source_name
HAVING date_diff('hour', max(last_new_at), max(last_success_at)) >= 24
  AND max(usual_3_days) / 72 * date_diff('hour', max(last_new_at), max(last_success_at)) >= 10
ORDER BY ALL;
