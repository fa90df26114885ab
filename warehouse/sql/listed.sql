-- The addresses a listing named when it was last read in full, and the day of each where it is known.
SELECT
  e.url,
  f.state,
  coalesce(CAST(a.date_published + to_minutes($offset_minutes) AS DATE), f.story_day) AS day
FROM raw.feed_entries AS e
JOIN ops.frontier AS f USING (url)
LEFT JOIN core.articles AS a USING (article_id)
WHERE e.feed_id = $url AND f.state <> 'skipped'
QUALIFY e.last_seen_at = max(e.last_seen_at) OVER ()
ORDER BY day DESC NULLS FIRST, e.url;
