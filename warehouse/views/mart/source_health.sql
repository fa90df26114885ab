-- The state of every outlet compared with its own history: one row per feed, sitemap or listing polled in its last week
-- of polling, and one (kind `page`) for its articles.
CREATE OR REPLACE VIEW mart.source_health AS
SELECT
  c.source_id,
  c.source_name,
  c.kind,
  c.channel,
  CASE
    WHEN make_timestamp(epoch_us(now())) - c.as_of > greatest(3 * c.usual_hours, 6) * INTERVAL 1 HOUR THEN 'unasked'
    ELSE c.state
  END AS state, -- ok, quiet (much less than usual), empty (answers without content), blocked (access is refused),
    -- broken (failed three times in a row, or always), drifting (texts, fields or addresses have changed), unasked (not
    -- polled for a long time)
  c.last_success_at,
  c.last_new_at,
  c.failures_in_a_row,
  c.new_3_days,
  c.usual_3_days,
  c.n_aside,
  c.percent_headline,
  c.percent_date,
  c.percent_author,
  c.lag_minutes,
  c.checks,
  c.percent_well,
  c.latest,
  c.gaps,
  c.percent_refused,
  c.note,
  c.last_look_at
FROM core.channel_health AS c;
