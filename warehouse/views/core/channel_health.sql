-- The state of every outlet and channel as it was when it was last polled, whatever the time is now.
CREATE OR REPLACE VIEW core.channel_health AS
WITH polled_sources AS (
  SELECT source_id, max(checked_at) AS as_of
  FROM ops.feed_checks
  GROUP BY source_id
), first_versions AS (
  SELECT a.source_id, v.fetch_id, v.word_count, a.first_seen_at,
    (a.headline IS NOT NULL)::INTEGER AS headline,
    (a.date_published IS NOT NULL)::INTEGER AS date,
    (a.authors IS NOT NULL)::INTEGER AS author,
    CASE
      WHEN a.first_seen_at < a.date_published + INTERVAL 3 DAY
        THEN date_diff('second', a.date_published, a.first_seen_at) / 60
    END AS lag_minutes
  FROM core.articles AS a
  JOIN core.article_versions AS v ON v.article_id = a.article_id AND v.version_no = 1
  JOIN polled_sources USING (source_id)
  WHERE a.first_seen_at > polled_sources.as_of - INTERVAL 90 DAY
), field_shares AS (
  SELECT source_id, round(100 * avg(headline), 1) AS percent_headline, round(100 * avg(date), 1) AS percent_date,
    round(100 * avg(author), 1) AS percent_author,
    round(median(lag_minutes))::BIGINT AS lag_minutes
  FROM first_versions
  GROUP BY source_id
), periods AS (
  SELECT source_id, n_newer <= 20 AS is_late, count(*) AS n, median(word_count) AS words, avg(headline) AS headline,
    avg(date) AS date, avg(author) AS author
  FROM (
    SELECT *, row_number() OVER (PARTITION BY source_id ORDER BY first_seen_at DESC, fetch_id) AS n_newer
    FROM first_versions
    -- articles of a backfill are older
    WHERE lag_minutes IS NOT NULL OR date = 0
  )
  GROUP BY ALL
), drifting_sources AS (
  SELECT late.source_id
  FROM periods AS late
  JOIN periods AS before ON before.source_id = late.source_id AND late.is_late AND NOT before.is_late AND before.n >= 20
  WHERE late.words NOT BETWEEN before.words / 2 AND 2 * before.words
    OR greatest(before.headline - late.headline, before.date - late.date, before.author - late.author) > 0.3
), quarantine_counts AS (
  SELECT source_id, count(*) AS n_aside
  FROM ops.quarantine
  JOIN polled_sources USING (source_id)
  WHERE stage = 'parse' AND resolved_at IS NULL AND quarantined_at > as_of - INTERVAL 3 DAY
  GROUP BY source_id
), address_rules AS (
  -- the latest look at each channel in a week in which a rule was asked; channel '' is the outlet
  SELECT source_id, kind, coalesce(feed_id, '') AS channel, sum(n_matched + n_generic + n_refused) AS n_like,
    sum(n_generic) AS n_generic, sum(n_refused) AS n_refused
  FROM (
    SELECT DISTINCT ON (source_id, kind, feed_id) c.*
    FROM ops.feed_checks AS c
    JOIN polled_sources USING (source_id)
    WHERE n_matched IS NOT NULL AND checked_at > as_of - INTERVAL 7 DAY
    ORDER BY source_id, kind, feed_id, checked_at DESC
  )
  GROUP BY GROUPING SETS ((source_id), (source_id, kind, feed_id))
), rule_notes AS (
  SELECT source_id, coalesce(kind, 'page') AS kind, channel, round(100 * n_refused / n_like) AS percent_refused,
    CASE
      WHEN n_refused > 0 THEN format('{} % of article-like links refused', percent_refused::INTEGER)
      WHEN n_generic > 0
        THEN format(
          '{} % of article-like links do not fit the unverified address rule', round(100 * n_generic / n_like)::INTEGER
        )
    END AS note
  FROM address_rules
  WHERE n_like > 0
), latest_articles AS (
  SELECT source_id, string_split(provenance ->> 'selectors_without_match', ' ') AS selectors,
    count(*) OVER (PARTITION BY source_id) AS n_articles
  FROM core.articles
  JOIN polled_sources USING (source_id)
  WHERE last_seen_at > as_of - INTERVAL 31 DAY
  QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY last_seen_at DESC, article_id) <= 20
), selector_notes AS (
  SELECT source_id, format('selectors that match nothing: {}', string_agg(selector, ', ' ORDER BY selector)) AS note
  FROM (
    SELECT source_id, selector
    FROM (SELECT source_id, n_articles, unnest(selectors) AS selector FROM latest_articles)
    GROUP BY source_id, selector
    HAVING count(*) >= 5 AND count(*) >= least(20, any_value(n_articles))
  )
  GROUP BY source_id
), fresh_fetches AS (
  SELECT fetch_id FROM first_versions WHERE lag_minutes IS NOT NULL
), polls AS (
  SELECT source_id, kind, feed_id AS channel, checked_at AS polled_at, outcome, http_status, n_new, n_entries, is_gap,
    note,
    outcome IN ('ok', 'not_modified', 'same_hash') AS is_well
  FROM ops.feed_checks
  UNION ALL
  SELECT f.source_id, 'page', s.domain, f.fetched_at, coalesce(f.reason, f.outcome), f.http_status,
    (fresh_fetches.fetch_id IS NOT NULL)::INTEGER, NULL, FALSE, f.detail,
    f.outcome <> 'failed'
  FROM raw.fetches AS f
  JOIN core.sources AS s USING (source_id)
  LEFT JOIN fresh_fetches USING (fetch_id)
  WHERE f.kind = 'page' AND f.reason IS DISTINCT FROM 'not_found'
), recent_polls AS (
  SELECT l.*, as_of, max(polled_at) FILTER (is_well) OVER c AS last_success_at, max(polled_at) OVER c AS last_look_at,
    min(polled_at) OVER c AS first_poll_at
  FROM polls AS l
  JOIN polled_sources USING (source_id)
  WHERE polled_at BETWEEN as_of - INTERVAL 31 DAY AND as_of + INTERVAL 1 DAY
  WINDOW c AS (PARTITION BY source_id, kind, channel)
), channels AS (
  SELECT source_id, kind, channel, as_of, last_success_at, last_look_at, first_poll_at,
    max(polled_at) FILTER (n_new > 0) AS last_new_at,
    count(*) AS checks,
    round(100 * avg(is_well::INTEGER), 1) AS percent_well,
    count(*) FILTER (last_success_at IS NULL OR polled_at > last_success_at) AS failures_in_a_row,
    count(*) FILTER (is_gap) AS gaps,
    arg_max(outcome, polled_at) AS latest,
    arg_max(http_status, polled_at) AS latest_status,
    arg_max(note, polled_at) FILTER (polled_at = last_look_at) AS note,
    coalesce(sum(n_new) FILTER (polled_at > as_of - INTERVAL 3 DAY), 0)::BIGINT AS new_3_days,
    coalesce(sum(n_new) FILTER (polled_at <= as_of - INTERVAL 3 DAY AND polled_at > first_poll_at), 0) AS new_before,
    date_diff('second', first_poll_at, as_of) / 86400 - 3 AS days_before
  FROM recent_polls
  GROUP BY ALL
), pace AS (
  SELECT source_id, min(date_diff('second', first_poll_at, last_look_at) / 3600 / (checks - 1)) AS usual_hours
  FROM channels
  WHERE kind <> 'page' AND checks > 1
  GROUP BY source_id
), channel_signals AS (
  SELECT c.*, CASE WHEN days_before >= 7 THEN round(3.0 * new_before / least(days_before, 28), 1) END AS usual_3_days,
    failures_in_a_row > 2 OR last_success_at IS NULL AS fails,
    latest_status IN (401, 402, 403, 407, 429, 451)
      OR latest IN ('blocked', 'rate_limited', 'robots', 'login', 'paywall', 'consent')
      OR latest = 'http_error' AND latest_status < 400
      OR h.blocked_since IS NOT NULL AS is_refused
  FROM channels AS c
  LEFT JOIN ops.hosts AS h ON h.host = coalesce(nullif(regexp_extract(channel, '^https?://([^/:?#]+)', 1), ''), channel)
  WHERE last_look_at > as_of - INTERVAL 7 DAY
)
SELECT
  w.source_id, -- TOML name of the outlet
  s.name AS source_name, -- title of the outlet
  w.kind, -- feed, sitemap, index, wordpress; `page` means the articles
  w.channel, -- address of the channel; for the articles, the host
  CASE
    WHEN w.latest = 'empty' THEN 'empty'
    WHEN w.fails AND w.is_refused THEN 'blocked'
    WHEN w.fails THEN 'broken'
    WHEN w.kind = 'page'
      AND (
        w.source_id IN (FROM drifting_sources) OR r.percent_refused >= 10 OR q.n_aside >= 5 AND q.n_aside > w.new_3_days
      )
      OR w.note LIKE '%shrunk: %' THEN 'drifting'
    WHEN w.kind <> 'sitemap' AND w.usual_3_days >= 3 AND w.new_3_days < w.usual_3_days / 3
      OR w.note LIKE '%stale: %' THEN 'quiet'
    ELSE 'ok'
  END AS state, -- ok, quiet (much less than usual), empty (answers without content), blocked (access is refused),
    -- broken (failed three times in a row, or always), drifting (texts, fields or addresses have changed)
  w.last_success_at, -- UTC; NULL if there was none in 31 days
  w.last_new_at, -- when it last had anything new, UTC; an article counts if it was seen within three days of its
    -- publication
  w.failures_in_a_row, -- since the last success
  w.new_3_days, -- new addresses of a channel, or new articles of the outlet, in the three days before the last poll
  w.usual_3_days, -- the mean of three days in the four weeks before; NULL with less than a week of history
  q.n_aside, -- pages of these three days in quarantine
  f.percent_headline, -- of the articles of the last 90 days; only for kind `page`, like the next three
  f.percent_date, -- of them with a time of publication
  f.percent_author, -- of them with an author
  f.lag_minutes, -- median from publication to first fetch, of articles fetched within three days
  w.checks, -- polls in 31 days; for the articles: pages fetched
  w.percent_well, -- of these polls
  w.latest, -- outcome of the last poll
  w.gaps, -- polls in 31 days after which something may have been missed
  r.percent_refused, -- of the links that look like articles, refused by the address rule of the outlet; NULL without
    -- one
  CASE
    WHEN w.kind = 'page' THEN nullif(concat_ws('; ', r.note, m.note, w.note), '') ELSE w.note
  END AS note, -- oddities of the last poll, and of the rules of the outlet
  w.last_look_at, -- UTC
  w.as_of, -- the last poll of the outlet, UTC
  p.usual_hours -- between two polls of it
FROM channel_signals AS w
JOIN core.sources AS s USING (source_id)
LEFT JOIN pace AS p USING (source_id)
LEFT JOIN field_shares AS f ON f.source_id = w.source_id AND w.kind = 'page'
LEFT JOIN quarantine_counts AS q ON q.source_id = w.source_id AND w.kind = 'page'
LEFT JOIN rule_notes AS r
  ON r.source_id = w.source_id AND r.kind = w.kind AND r.channel = CASE WHEN w.kind = 'page' THEN '' ELSE w.channel END
LEFT JOIN selector_notes AS m ON m.source_id = w.source_id AND w.kind = 'page';
