-- Articles, their versions, and their authors and tags. After load/frontier.sql, in its transaction, if the batch has pages.
--
-- authors_new, tags_new: authors and tags of the batch, one row each
-- reloaded_fetches: fetches whose version_fetches are written again
-- unchanged_fetches: unchanged answers among them, and the fetch that each repeats
-- shown_versions: the versions that fetches showed: of the batch, then of all affected articles
-- affected_articles: articles of which the batch may change anything
-- existing_articles: those of them that have a row already
-- shown_fetches: the fetches of shown_versions
-- superseded_files: saved files of articles that a fetched page shows too
-- versions_new: versions that the batch brings or describes anew
-- existing_versions: versions that these articles have already and keep
-- replaced_versions: versions whose rows go, or are written again
-- version_numbers: number of each version, new and existing
-- article_states: what the fetches of each article say together; describing_fetch_id names the fetch whose page describes it
-- missing_articles: articles that were missing on two days since
-- articles_new: rows of core.articles to write
-- articles_removed: articles whose rows go, or are written again
-- unused_ids: authors and tags that may belong to no article any more

-- Authors and tags.
CREATE TEMP TABLE authors_new AS
SELECT author_id, any_value(source_id) AS source_id, any_value(name) AS name, min(url) AS url, bool_or(is_staff_desk) AS is_staff_desk
FROM new_authors GROUP BY author_id;
UPDATE core.authors AS a
SET url = least(a.url, n.url), is_staff_desk = a.is_staff_desk OR n.is_staff_desk
FROM authors_new AS n
WHERE a.author_id = n.author_id AND (least(a.url, n.url) IS DISTINCT FROM a.url OR n.is_staff_desk AND NOT a.is_staff_desk);
INSERT INTO core.authors BY NAME SELECT * FROM authors_new AS n ANTI JOIN core.authors AS a USING (author_id);
CREATE TEMP TABLE tags_new AS SELECT tag_id, min(name) AS name FROM new_tags GROUP BY tag_id;
UPDATE core.tags AS t SET name = n.name FROM tags_new AS n WHERE t.tag_id = n.tag_id AND n.name < t.name;
INSERT INTO core.tags BY NAME SELECT * FROM tags_new AS n ANTI JOIN core.tags AS t USING (tag_id);

-- Which fetch showed which version. An unchanged answer shows the version of the answer it repeats.
CREATE TEMP TABLE reloaded_fetches AS
SELECT fetch_id FROM new_fetches
UNION
SELECT fetch_id FROM existing_fetches WHERE kind <> 'part';
CREATE TEMP TABLE unchanged_fetches AS
SELECT fetch_id, same_as, fetched_at FROM new_fetches WHERE same_as IS NOT NULL AND kind <> 'part'
UNION
SELECT fetch_id, same_as, fetched_at FROM existing_fetches ANTI JOIN new_fetches USING (fetch_id) WHERE kind <> 'part';
CREATE TEMP TABLE shown_versions AS SELECT DISTINCT * FROM new_version_fetches;
INSERT INTO shown_versions BY NAME
SELECT v.version_id, v.article_id, u.fetch_id, 1 AS part_no, u.fetched_at, v.url
FROM unchanged_fetches AS u
JOIN (
  SELECT version_id, article_id, fetch_id, url FROM shown_versions
  UNION ALL
  SELECT version_id, article_id, fetch_id, url FROM core.version_fetches
  WHERE fetch_id IN (SELECT same_as FROM unchanged_fetches ANTI JOIN reloaded_fetches AS r ON r.fetch_id = same_as)
) AS v ON v.fetch_id = u.same_as;
CREATE TEMP TABLE affected_articles AS
SELECT article_id FROM shown_versions
UNION
SELECT article_id FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM existing_fetches SEMI JOIN reloaded_fetches USING (fetch_id))
UNION
SELECT article_id FROM new_states WHERE reason IN ('not_found', 'forgotten') AND article_id IS NOT NULL
UNION
SELECT article_id FROM core.version_fetches
WHERE fetch_id IN (SELECT fetch_id FROM raw.fetches WHERE requested_url IN (SELECT url FROM new_states WHERE reason = 'not_found'));
CREATE TEMP TABLE existing_articles AS
SELECT article_id
FROM (FROM core.articles WHERE rowid IN (SELECT rowid FROM core.articles WHERE article_key IN (SELECT md5_number_lower(article_id) FROM affected_articles)))
SEMI JOIN affected_articles USING (article_id);
DELETE FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM existing_fetches SEMI JOIN reloaded_fetches USING (fetch_id));
INSERT INTO core.version_fetches BY NAME FROM shown_versions;
INSERT INTO shown_versions BY NAME
FROM core.version_fetches AS v SEMI JOIN existing_articles USING (article_id) ANTI JOIN (FROM shown_versions) AS s ON s.fetch_id = v.fetch_id AND s.version_id = v.version_id;
INSERT INTO ops.unchecked FROM affected_articles ANTI JOIN ops.unchecked USING (article_id);
INSERT INTO ops.uncompared FROM affected_articles ANTI JOIN ops.uncompared USING (article_id);

-- A saved file shows its article only as long as no fetched page does.
CREATE TEMP TABLE shown_fetches AS
SELECT DISTINCT fetch_id, same_as, requested_url, kind = 'file' AND http_status IS NULL AS is_file
FROM new_fetches
SEMI JOIN shown_versions USING (fetch_id)
UNION ALL
SELECT fetch_id, same_as, requested_url, kind = 'file' AND http_status IS NULL
FROM raw.fetches
WHERE fetch_id IN (SELECT fetch_id FROM shown_versions ANTI JOIN new_fetches USING (fetch_id));
CREATE TEMP TABLE superseded_files AS
SELECT s.fetch_id
FROM shown_versions AS s
SEMI JOIN (FROM shown_fetches WHERE is_file) AS a USING (fetch_id)
WHERE s.article_id IN (SELECT article_id FROM shown_versions SEMI JOIN (FROM shown_fetches WHERE NOT is_file) AS a USING (fetch_id));
DELETE FROM shown_versions WHERE fetch_id IN (SELECT fetch_id FROM superseded_files);
DELETE FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM superseded_files);
DELETE FROM new_versions WHERE fetch_id IN (SELECT fetch_id FROM superseded_files);

-- A version is described by the first fetch that showed it.
CREATE TEMP TABLE versions_new AS
SELECT DISTINCT ON (version_id) * FROM new_versions ORDER BY version_id, version_created, fetch_id;
CREATE TEMP TABLE existing_versions AS
SELECT version_id, article_id, fetch_id, version_created, version_no FROM core.article_versions SEMI JOIN existing_articles USING (article_id);
CREATE TEMP TABLE replaced_versions AS
SELECT version_id FROM existing_versions SEMI JOIN reloaded_fetches USING (fetch_id)
UNION
SELECT version_id FROM existing_versions SEMI JOIN superseded_files USING (fetch_id)
UNION
SELECT version_id FROM existing_versions AS v JOIN versions_new AS n USING (version_id) WHERE (v.version_created, v.fetch_id) > (n.version_created, n.fetch_id)
UNION
SELECT version_id FROM existing_versions ANTI JOIN shown_versions USING (version_id);
DELETE FROM existing_versions WHERE version_id IN (SELECT version_id FROM replaced_versions);
DELETE FROM versions_new WHERE version_id IN (SELECT version_id FROM existing_versions);
CREATE TEMP TABLE version_numbers AS
SELECT version_id, article_id, version_created, row_number() OVER (PARTITION BY article_id ORDER BY version_created, fetch_id) AS version_no
FROM (
  SELECT version_id, article_id, version_created, fetch_id FROM existing_versions
  UNION ALL
  SELECT version_id, article_id, version_created, fetch_id FROM versions_new
);
DELETE FROM core.article_versions WHERE version_id IN (SELECT version_id FROM replaced_versions);
DELETE FROM core.removed_spans WHERE version_id IN (SELECT version_id FROM replaced_versions);
DELETE FROM core.article_links WHERE version_id IN (SELECT version_id FROM replaced_versions);
DELETE FROM core.article_images WHERE version_id IN (SELECT version_id FROM replaced_versions);
UPDATE core.article_versions AS v
SET version_no = n.version_no
FROM (SELECT version_id, n.version_no FROM version_numbers AS n JOIN existing_versions AS t USING (version_id) WHERE n.version_no <> t.version_no) AS n
WHERE v.version_id = n.version_id;
INSERT INTO core.article_versions BY NAME
SELECT t.* REPLACE (n.version_no AS version_no, md5_number_lower(t.content_sha256) AS content_key) FROM versions_new AS t JOIN version_numbers AS n USING (version_id);
INSERT INTO core.removed_spans BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_removed_spans AS n SEMI JOIN versions_new AS t USING (version_id, fetch_id);
INSERT INTO core.article_links BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_article_links AS n SEMI JOIN versions_new AS t USING (version_id, fetch_id);
INSERT INTO core.article_images BY NAME SELECT n.* EXCLUDE (fetch_id) FROM new_article_images AS n SEMI JOIN versions_new AS t USING (version_id, fetch_id);

-- An article says what the last page that showed it says, and keeps its first address.
CREATE TEMP TABLE article_states AS
SELECT
  v.article_id,
  arg_max(v.version_id, (v.fetched_at, v.fetch_id)) AS current_version_id,
  arg_max(coalesce(f.same_as, v.fetch_id), (v.fetched_at, v.fetch_id)) AS describing_fetch_id,
  min(v.fetched_at) AS first_seen_at,
  max(v.fetched_at) AS last_seen_at,
  (SELECT max(n.version_created) FROM version_numbers AS n WHERE n.article_id = v.article_id) AS last_changed_at,
  count(DISTINCT v.version_id) AS n_versions,
  list(DISTINCT f.requested_url) AS read_at,
  arg_min(v.url, (v.fetched_at, v.fetch_id)) FILTER (v.url IS NOT NULL) AS url,
  'live' AS status
FROM shown_versions AS v
LEFT JOIN shown_fetches AS f USING (fetch_id)
WHERE v.part_no = 1
GROUP BY ALL;
-- One missing page may be an accident; missing on two days is not.
CREATE TEMP TABLE missing_articles AS
SELECT r.article_id
FROM (SELECT article_id, last_seen_at, unnest(read_at) AS requested_url FROM article_states) AS r
JOIN (SELECT requested_url, fetched_at FROM raw.fetches WHERE reason = 'not_found') AS m USING (requested_url)
WHERE m.fetched_at > r.last_seen_at
GROUP BY r.article_id HAVING count(DISTINCT m.fetched_at::DATE) >= 2;
UPDATE article_states SET status = 'gone' WHERE article_id IN (SELECT article_id FROM missing_articles);
CREATE TEMP TABLE articles_new AS
SELECT DISTINCT ON (n.article_id) n.* REPLACE (
    c.current_version_id AS current_version_id, c.first_seen_at AS first_seen_at, c.last_seen_at AS last_seen_at, c.last_changed_at AS last_changed_at,
    c.url AS url, c.url AS normalized_url, c.n_versions AS n_versions, c.status AS status, md5_number_lower(n.article_id) AS article_key
  )
FROM new_articles AS n
JOIN article_states AS c ON c.article_id = n.article_id AND c.describing_fetch_id = n.fetch_id;
CREATE TEMP TABLE articles_removed AS
SELECT article_id FROM existing_articles ANTI JOIN article_states USING (article_id)
UNION
SELECT article_id FROM existing_articles SEMI JOIN articles_new USING (article_id);
CREATE TEMP TABLE unused_ids AS
SELECT author_id AS id FROM core.article_authors WHERE article_id IN (SELECT article_id FROM articles_removed)
UNION
SELECT tag_id FROM core.article_tags WHERE article_id IN (SELECT article_id FROM articles_removed)
UNION
SELECT author_id FROM new_authors ANTI JOIN (FROM new_article_authors SEMI JOIN articles_new USING (article_id, fetch_id)) USING (author_id)
UNION
SELECT tag_id FROM new_tags ANTI JOIN (FROM new_article_tags SEMI JOIN articles_new USING (article_id, fetch_id)) USING (tag_id);
DELETE FROM core.articles WHERE article_id IN (SELECT article_id FROM articles_removed);
DELETE FROM core.article_authors WHERE article_id IN (SELECT article_id FROM articles_removed);
DELETE FROM core.article_tags WHERE article_id IN (SELECT article_id FROM articles_removed);
INSERT INTO core.articles BY NAME FROM articles_new;
INSERT INTO core.article_authors BY NAME SELECT DISTINCT n.* EXCLUDE (fetch_id) FROM new_article_authors AS n SEMI JOIN articles_new AS t USING (article_id, fetch_id);
INSERT INTO core.article_tags BY NAME SELECT DISTINCT n.* EXCLUDE (fetch_id) FROM new_article_tags AS n SEMI JOIN articles_new AS t USING (article_id, fetch_id);
UPDATE core.articles AS a
SET current_version_id = c.current_version_id, first_seen_at = c.first_seen_at, last_seen_at = c.last_seen_at, last_changed_at = c.last_changed_at,
    url = c.url, normalized_url = c.url, n_versions = c.n_versions, status = c.status
FROM (FROM article_states ANTI JOIN articles_new USING (article_id)) AS c
WHERE a.article_id = c.article_id;
DELETE FROM unused_ids WHERE id IN (SELECT author_id FROM core.article_authors WHERE author_id IN (SELECT id FROM unused_ids));
DELETE FROM unused_ids WHERE id IN (SELECT tag_id FROM core.article_tags WHERE tag_id IN (SELECT id FROM unused_ids));
DELETE FROM core.authors WHERE author_id IN (SELECT id FROM unused_ids);
DELETE FROM core.tags WHERE tag_id IN (SELECT id FROM unused_ids);
