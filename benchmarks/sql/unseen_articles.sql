-- Twenty outlets, of whose thirty articles a day two channels announce 70 and 60 %; $n articles in all.
INSERT INTO core.sources BY NAME
SELECT 'kabar' || n AS source_id, 'Kabar ' || n AS name, 'kabar' || n || '.test' AS domain
FROM range(20) AS r (n);

INSERT INTO raw.fetches BY NAME
SELECT
  uuid()::VARCHAR AS fetch_id, 'run' AS run_id, 'kabar' || s AS source_id, k.kind,
  'http://kabar' || s || '.test/' || k.kind AS requested_url, requested_url AS final_url,
  TIMESTAMP '2020-01-06 03:00' + d * INTERVAL 1 DAY AS fetched_at, 1 AS attempt, 'ok' AS outcome
FROM range(20) AS a (s), (VALUES ('feed'), ('sitemap')) AS k (kind), range($n::BIGINT // 600) AS b (d);

CREATE TEMP TABLE planted AS
SELECT
  n, 'kabar' || n % 20 AS source_id, ['nasional', 'daerah', 'ekonomi'][1 + n % 3] AS section,
  'http://' || source_id || '.test/' || section || '/' || n || '/judul-berita-yang-panjang' AS url,
  md5(url)[:16] AS article_id, TIMESTAMP '2020-01-06' + (n / 600) * INTERVAL 1 DAY AS moment
FROM range($n::BIGINT) AS r (n);

INSERT INTO raw.feed_entries BY NAME
SELECT
  'http://' || source_id || '.test/' || kind AS feed_id, source_id, url, moment AS first_seen_at,
  moment AS last_seen_at, 'run' AS run_id
FROM planted, (VALUES ('feed', 7), ('sitemap', 6)) AS k (kind, rate)
WHERE hash(n, kind) % 10 < rate;

INSERT INTO ops.frontier BY NAME
SELECT
  url, source_id, 'loaded' AS state, 0 AS attempts, article_id, '' AS discovered_by, moment AS discovered_at,
  moment AS published_at, moment::DATE AS story_day, md5_number_lower(url) AS url_key,
  md5_number_lower(article_id) AS article_key
FROM planted;

INSERT INTO core.articles BY NAME
SELECT
  article_id, source_id, url, article_id AS current_version_id, moment AS date_published,
  'meta' AS date_published_source, moment AS first_seen_at, moment AS last_seen_at, moment AS last_changed_at,
  1 AS n_versions, 'live' AS status, 'f' AS fetch_id, md5_number_lower(article_id) AS article_key
FROM planted;
