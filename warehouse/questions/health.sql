-- The state of every outlet and of its feeds, sitemaps and listings compared with its own history, the worst first.
SELECT
  source_id,
  kind, -- `page` means the articles
  channel,
  state,
  failures_in_a_row,
  percent_well,
  checks,
  latest,
  last_success_at,
  last_new_at,
  new_3_days,
  usual_3_days,
  gaps, -- times something may have been missed
  note
FROM mart.source_health
WHERE mart.wib_date(last_look_at) BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND coalesce($source IN (source_id, source_name), TRUE)
ORDER BY state = 'ok', failures_in_a_row DESC, percent_well, source_id, kind <> 'page', kind, channel;
