-- The fetches of a batch. First step of a load; `new_*` are the batch's staging tables.
--
-- A fetch that is loaded again replaces what it said before. Every step works on sets and compares times of fetching
-- only, so any order and any batching of the same pages gives the same rows. Existing rows are looked up once per
-- table: most of a batch is new, and where nothing has to be replaced, no table is scanned. Long columns are looked up
-- by number (`…_key`), then compared.
--
-- existing_fetches: rows of raw.fetches that the batch replaces, and the unchanged answers that repeat a fetch of the
-- batch
-- channel_fetches: the fetches of channels
-- new_channels: those of them that are not in core.channels

-- The time of a fetch comes from its record, so fetches of other times need not be read
SET VARIABLE since = (SELECT min(fetched_at) - INTERVAL 1 DAY FROM new_fetches);
SET VARIABLE until = (SELECT max(fetched_at) + INTERVAL 1 DAY FROM new_fetches);
CREATE TEMP TABLE existing_fetches AS
SELECT fetch_id, same_as, kind, fetched_at FROM raw.fetches SEMI JOIN new_fetches USING (fetch_id)
WHERE fetched_at BETWEEN getvariable('since') AND getvariable('until')
UNION
SELECT fetch_id, same_as, kind, fetched_at FROM raw.fetches WHERE same_as IN (SELECT fetch_id FROM new_fetches);
-- only where existing_fetches has rows
DELETE FROM raw.fetches
WHERE fetch_id IN (SELECT fetch_id FROM existing_fetches SEMI JOIN new_fetches USING (fetch_id));
INSERT INTO raw.fetches BY NAME SELECT DISTINCT ON (fetch_id) * FROM new_fetches;
CREATE TEMP TABLE channel_fetches AS
SELECT source_id, requested_url AS feed_id, kind, mart.wib_date(fetched_at) AS day
FROM new_fetches
WHERE kind IN ('feed', 'sitemap', 'index', 'wordpress');
-- only where channel_fetches has rows
INSERT INTO ops.uncounted BY NAME
SELECT DISTINCT source_id, date_trunc('week', day)::DATE AS week
FROM channel_fetches;
-- What an address announced before, it announces as a channel of this kind too.
CREATE TEMP TABLE new_channels AS
SELECT DISTINCT source_id, feed_id, kind FROM channel_fetches ANTI JOIN core.channels USING (source_id, feed_id, kind);
-- only where new_channels has rows
INSERT INTO core.channels FROM new_channels;
-- only where new_channels has rows
INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE url_key IN (
  SELECT md5_number_lower(url) FROM raw.feed_entries SEMI JOIN new_channels USING (source_id, feed_id)
);
