-- The changed weeks, and the captures of each as structs; weeks are numbered, so that those of a pool belong together.
SELECT
  w.source_id,
  w.week,
  w.n_unread_days,
  w.week_no,
  w.pool,
  list(
    {
      'in_feed': in_feed, 'in_sitemap': in_sitemap, 'in_listing': in_listing, 'section': coalesce(section, ''),
      'day': day::VARCHAR, 'quarter': quarter::VARCHAR, 'n': n
    }
  ) FILTER (n IS NOT NULL) AS captures
FROM changed_weeks AS w
LEFT JOIN captures USING (source_id, week)
GROUP BY ALL
ORDER BY source_id, week;
