-- The state of every outlet compared with its own history: one row per feed, sitemap or listing polled in its last week
-- of polling, and one (kind `page`) for its articles.
CREATE OR REPLACE VIEW mart.source_health AS
SELECT
  c.source_id, -- TOML name of the outlet
  c.source_name, -- title of the outlet
  c.kind, -- feed, sitemap, index, wordpress; `page` means the articles
  c.channel, -- address of the channel; for the articles, the host
  CASE
    WHEN make_timestamp(epoch_us(now())) - c.as_of > greatest(3 * c.usual_hours, 6) * INTERVAL 1 HOUR THEN 'unasked'
    ELSE c.state
  END AS state, -- ok, quiet (much less than usual), empty (answers without content), blocked (access is refused),
    -- broken (failed three times in a row, or always), drifting (texts, fields or addresses have changed), unasked (not
    -- polled for a long time)
  c.last_success_at, -- UTC; NULL if there was none in 31 days
  c.last_new_at, -- when it last had anything new, UTC; an article counts if it was seen within three days of its
    -- publication
  c.failures_in_a_row, -- since the last success
  c.new_3_days, -- new addresses of a channel, or new articles of the outlet, in the three days before the last poll
  c.usual_3_days, -- the mean of three days in the four weeks before; NULL with less than a week of history
  c.n_aside, -- pages of these three days in quarantine
  c.percent_headline, -- of the articles of the last 90 days; only for kind `page`, like the next three
  c.percent_date, -- of them with a time of publication
  c.percent_author, -- of them with an author
  c.lag_minutes, -- median from publication to first fetch, of articles fetched within three days
  c.checks, -- polls in 31 days; for the articles: pages fetched
  c.percent_well, -- of these polls
  c.latest, -- outcome of the last poll
  c.gaps, -- polls in 31 days after which something may have been missed
  c.percent_refused, -- of the links that look like articles, refused by the address rule of the outlet; NULL without
    -- one
  c.note, -- oddities of the last poll, and of the rules of the outlet
  c.last_look_at -- UTC
FROM core.channel_health AS c;
