-- What is wrong with outlets and their channels, grouped by cause; the worst first, and at the end those that are well.
--
-- id: Apa yang bermasalah pada media dan kanalnya, menurut penyebab; yang terburuk lebih dulu, dan yang baik di
--   akhir.
SELECT
  state,
  CASE WHEN state <> 'ok' THEN latest END AS cause, -- outcome of the last look
  count(DISTINCT source_id) AS outlets,
  count(*) FILTER (kind <> 'page') AS channels,
  list_sort(list(DISTINCT source_id)) AS sources,
  max(failures_in_a_row) AS failures_in_a_row, -- of the worst
  round(avg(percent_well), 1) AS percent_well, -- of the looks in 31 days
  max(last_success_at) AS last_success_at,
  max(last_new_at) AS last_new_at,
  sum(gaps)::BIGINT AS gaps, -- times something may have been missed
  arg_max(channel, failures_in_a_row) FILTER (state <> 'ok') AS example,
  coalesce(
    string_agg(
      format('{}: {} % of article-like links refused', source_id, percent_refused::INTEGER), '; '
      ORDER BY percent_refused DESC, source_id
    ) FILTER (kind = 'page' AND percent_refused > 0),
    arg_max(note, failures_in_a_row) FILTER (state <> 'ok')
  ) AS note -- what address rules refuse, else that of the example
FROM mart.source_health
WHERE mart.is_within(mart.wib_date(last_look_at), $since, $until)
  AND coalesce($source IN (source_id, source_name), TRUE)
GROUP BY state, cause
ORDER BY state = 'ok', outlets DESC, failures_in_a_row DESC, state, cause;
