-- recent_articles: the articles of the last sixty days; k is 1 for an outlet's latest. `last_day` and `recent` are
-- where the last day of fetches and the sixty days begin; as variables they are known before the query is planned, so
-- older parts of a table are skipped.
SET VARIABLE last_day = (SELECT max(fetched_at) - INTERVAL 1 DAY FROM raw.fetches);
SET VARIABLE recent = (
  SELECT coalesce(max(first_seen_at), TIMESTAMP '1970-01-01') - INTERVAL 60 DAY FROM core.articles
);
CREATE TEMP TABLE recent_articles AS
SELECT a.*, v.word_count, v.flags,
  mart.wib_date(coalesce(a.date_published, a.first_seen_at)) AS day,
  row_number() OVER (PARTITION BY a.source_id ORDER BY a.first_seen_at DESC, a.article_id) AS k
FROM core.articles AS a
JOIN core.article_versions AS v ON v.version_id = a.current_version_id
WHERE a.first_seen_at >= getvariable('recent');
