-- All is to be counted again.
DELETE FROM ops.uncounted;
DELETE FROM core.announced_articles;
DELETE FROM core.read_days;
DELETE FROM core.completeness;
DELETE FROM core.channels;
INSERT INTO core.channels
SELECT DISTINCT source_id, requested_url, kind
FROM raw.fetches
WHERE kind IN ('feed', 'sitemap', 'index', 'wordpress');
INSERT INTO ops.uncounted BY NAME SELECT DISTINCT coalesce(article_key, url_key) AS article_key FROM ops.frontier;
INSERT INTO ops.uncounted BY NAME
SELECT source_id, date_trunc('week', day)::DATE AS week FROM mart.channel_days
UNION
SELECT source_id, date_trunc('week', day)::DATE FROM core.crawled_days;
