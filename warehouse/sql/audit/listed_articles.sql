-- The articles of one day in its listing, of which `urls` are the pages.
SELECT
  coalesce(f.article_id, f.url) AS article,
  min(f.url) AS url
FROM raw.feed_entries AS e
JOIN ops.frontier AS f ON f.url = e.url AND f.source_id = e.source_id
LEFT JOIN core.articles AS a USING (article_id)
WHERE e.feed_id IN (SELECT unnest($urls))
  AND e.source_id = $source_id
  AND coalesce((a.date_published + to_minutes($offset_minutes))::DATE, f.story_day) = $day
  AND (f.reason IS NULL OR f.reason NOT IN ('not_matched', 'other_outlet', 'not_article', 'duplicate'))
GROUP BY ALL;
