-- Counts of the weeks that have changed since they were last estimated.
--
-- known_articles: every article with its week, and the channels that announced it
-- read_days: days on which a channel of the outlet was read or that it was crawled for, or of which an article is known
-- counted_weeks: what a row of core.completeness counts
-- week_counts: the same, and of how many weeks it may be estimated together
-- changed_weeks: those of them that are not stored, and the others that may be estimated with them
-- captures: their articles, counted by the channels that announced them and by section, day and quarter
CREATE TEMP TABLE known_articles AS
SELECT
  source_id,
  date_trunc('week', day)::DATE AS week,
  day,
  section,
  quarter,
  in_feed,
  in_sitemap,
  in_listing,
  in_feed OR in_sitemap OR in_listing AS is_announced,
  is_loaded,
  lost_reason
FROM mart.announced_articles;
CREATE TEMP TABLE read_days AS
SELECT source_id, day FROM mart.channel_days WHERE n_answers > 0
UNION
FROM core.crawled_days
UNION
SELECT source_id, day FROM known_articles;
CREATE TEMP TABLE counted_weeks AS
SELECT
  source_id,
  week,
  date_diff('week', DATE '1970-01-05', week) AS week_no,
  count(*) FILTER (is_announced) AS n_announced,
  count(*) FILTER (is_loaded) AS n_loaded,
  coalesce(histogram(lost_reason) FILTER (is_announced), MAP {}) AS lost,
  count(*) FILTER (in_feed) AS n_feed,
  count(*) FILTER (in_sitemap) AS n_sitemap,
  count(*) FILTER (in_listing) AS n_listing,
  least(7, date_diff('day', week, any_value(last_day)) + 1) - any_value(n_days) AS n_unread_days,
  hash(
    sum(hash(day, section, quarter, in_feed, in_sitemap, in_listing, is_loaded, lost_reason)::HUGEINT), n_unread_days,
    'a year together' -- another rule needs another word, or rows of the former rule would stay
  ) AS counts_hash
FROM known_articles
JOIN (
  SELECT source_id, date_trunc('week', day)::DATE AS week, count(*) AS n_days FROM read_days GROUP BY ALL
) AS w USING (source_id, week)
JOIN (SELECT source_id, max(day) AS last_day FROM read_days GROUP BY ALL) AS l USING (source_id)
GROUP BY source_id, week;
CREATE TEMP TABLE week_counts AS
SELECT * REPLACE (hash(counts_hash, pool) AS counts_hash)
FROM (
  -- fewer than 40 articles a week; of more, twelve weeks are enough
  SELECT *, if(sum(n_announced) OVER (PARTITION BY source_id, week_no // 48) < 48 * 40, 48, 12) AS pool
  FROM counted_weeks
);
CREATE TEMP TABLE changed_weeks AS
FROM week_counts
WHERE (source_id, week_no // pool) IN (
  SELECT (source_id, week_no // pool)
  FROM week_counts ANTI JOIN core.completeness USING (source_id, week, counts_hash)
);
CREATE TEMP TABLE captures AS
SELECT
  source_id,
  week,
  in_feed,
  in_sitemap,
  in_listing,
  section,
  day,
  quarter,
  count(*) AS n
FROM known_articles SEMI JOIN changed_weeks USING (source_id, week)
WHERE is_announced
GROUP BY ALL;
