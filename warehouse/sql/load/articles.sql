-- Articles, their versions, and their authors and tags. After load/frontier.sql, in its transaction, if the batch has
-- pages.
--
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
-- article_states: what the fetches of each article say together
-- statements: what the records of the affected articles state, of each article the first in rank first
-- missing_articles: articles that were missing on two days since
-- articles_new: the rows of core.articles by these statements
-- articles_changed: those of which more than the state is written
-- articles_removed: articles whose rows go, or are written again
-- stated_people, stated_tags: who and what the statements name; is_shown: in a row to write
-- authors_new, tags_new: authors and tags of the batch and of the rows to write, one row each
-- unused_ids: authors and tags that may belong to no article any more

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
-- only where unchanged_fetches has rows
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
SELECT article_id
FROM core.version_fetches
WHERE fetch_id IN (SELECT fetch_id FROM existing_fetches SEMI JOIN reloaded_fetches USING (fetch_id))
UNION
SELECT article_id
FROM core.article_statements
WHERE fetch_id IN (SELECT fetch_id FROM existing_fetches SEMI JOIN reloaded_fetches USING (fetch_id))
UNION
SELECT article_id FROM new_states WHERE reason IN ('not_found', 'forgotten') AND article_id IS NOT NULL
UNION
-- under the id that it was loaded with, if the rules of its outlet give another one now
SELECT article_id FROM new_tombstones WHERE article_id IS NOT NULL
UNION
SELECT article_id FROM core.version_fetches
WHERE fetch_id IN (
  SELECT fetch_id FROM raw.fetches WHERE requested_url IN (SELECT url FROM new_states WHERE reason = 'not_found')
);
CREATE TEMP TABLE existing_articles AS
SELECT article_id
FROM (
  FROM core.articles
  WHERE rowid IN (
    SELECT rowid FROM core.articles WHERE article_key IN (SELECT md5_number_lower(article_id) FROM affected_articles)
  )
)
SEMI JOIN affected_articles USING (article_id);
-- only where existing_fetches has rows
DELETE FROM core.version_fetches
WHERE fetch_id IN (SELECT fetch_id FROM existing_fetches SEMI JOIN reloaded_fetches USING (fetch_id));
INSERT INTO core.version_fetches BY NAME FROM shown_versions;
-- only where existing_articles has rows
INSERT INTO shown_versions BY NAME
FROM core.version_fetches AS v
SEMI JOIN existing_articles USING (article_id)
ANTI JOIN (FROM shown_versions) AS s ON s.fetch_id = v.fetch_id AND s.version_id = v.version_id;
INSERT INTO ops.unchecked FROM affected_articles ANTI JOIN ops.unchecked USING (article_id);
INSERT INTO ops.uncompared FROM affected_articles ANTI JOIN ops.uncompared USING (article_id);
INSERT INTO ops.uncounted BY NAME SELECT md5_number_lower(article_id) AS article_key FROM affected_articles;

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
WHERE s.article_id IN (
  SELECT article_id FROM shown_versions SEMI JOIN (FROM shown_fetches WHERE NOT is_file) AS a USING (fetch_id)
);
-- only where superseded_files has rows
DELETE FROM shown_versions WHERE fetch_id IN (SELECT fetch_id FROM superseded_files);
-- only where superseded_files has rows
DELETE FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM superseded_files);
-- only where superseded_files has rows
DELETE FROM new_versions WHERE fetch_id IN (SELECT fetch_id FROM superseded_files);

-- A version is described by the first fetch that showed it.
CREATE TEMP TABLE versions_new AS
SELECT DISTINCT ON (version_id) version_id, article_id, fetch_id, version_created, rowid AS slot
FROM new_versions
ORDER BY version_id, version_created, fetch_id;
CREATE TEMP TABLE existing_versions AS
SELECT version_id, article_id, fetch_id, version_created, version_no
FROM core.article_versions
SEMI JOIN existing_articles USING (article_id);
CREATE TEMP TABLE replaced_versions AS
SELECT version_id FROM existing_versions SEMI JOIN reloaded_fetches USING (fetch_id)
UNION
SELECT version_id FROM existing_versions SEMI JOIN superseded_files USING (fetch_id)
UNION
SELECT version_id
FROM existing_versions AS v
JOIN versions_new AS n USING (version_id)
WHERE (v.version_created, v.fetch_id) > (n.version_created, n.fetch_id)
UNION
SELECT version_id FROM existing_versions ANTI JOIN shown_versions USING (version_id);
-- only where replaced_versions has rows
DELETE FROM existing_versions WHERE version_id IN (SELECT version_id FROM replaced_versions);
-- only where existing_versions has rows
DELETE FROM versions_new WHERE version_id IN (SELECT version_id FROM existing_versions);
CREATE TEMP TABLE version_numbers AS
SELECT version_id, article_id, version_created,
  row_number() OVER (PARTITION BY article_id ORDER BY version_created, fetch_id) AS version_no
FROM (
  SELECT version_id, article_id, version_created, fetch_id FROM existing_versions
  UNION ALL
  SELECT version_id, article_id, version_created, fetch_id FROM versions_new
);
-- only where replaced_versions has rows
DELETE FROM core.article_versions WHERE version_id IN (SELECT version_id FROM replaced_versions);
-- only where replaced_versions has rows
DELETE FROM core.article_topics WHERE version_id IN (SELECT version_id FROM replaced_versions);
-- only where existing_versions has rows
UPDATE core.article_versions AS v
SET version_no = n.version_no
FROM (
  SELECT version_id, n.version_no
  FROM version_numbers AS n
  JOIN existing_versions AS t USING (version_id)
  WHERE n.version_no <> t.version_no
) AS n
WHERE v.version_id = n.version_id;
INSERT INTO core.article_versions BY NAME
SELECT t.* REPLACE (n.version_no AS version_no, md5_number_lower(t.content_sha256) AS content_key)
FROM new_versions AS t
JOIN versions_new AS v ON v.slot = t.rowid
JOIN version_numbers AS n ON n.version_id = t.version_id;

-- The state of an article follows from its visits; it keeps its first address.
CREATE TEMP TABLE article_states AS
SELECT
  v.article_id,
  arg_max(v.version_id, (v.fetched_at, v.fetch_id)) AS current_version_id,
  min(v.fetched_at) AS first_seen_at,
  max(v.fetched_at) AS last_seen_at,
  (SELECT max(n.version_created) FROM version_numbers AS n WHERE n.article_id = v.article_id) AS last_changed_at,
  count(DISTINCT v.version_id) AS n_versions,
  list(DISTINCT f.requested_url) AS read_at,
  arg_min(v.url, (v.fetched_at, v.fetch_id)) FILTER (v.url IS NOT NULL) AS url,
  coalesce(bool_and(f.is_file), FALSE) AS is_imported,
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
-- only where missing_articles has rows
UPDATE article_states SET status = 'gone' WHERE article_id IN (SELECT article_id FROM missing_articles);

-- What the records state, in rank: the page that was seen last first, then imported records, the longest text first, of
-- equal ones the record that states more. The rank of imported records follows from themselves alone, so the order of
-- imports changes nothing.
-- only where existing_fetches has rows
DELETE FROM core.article_statements
WHERE fetch_id IN (SELECT fetch_id FROM existing_fetches SEMI JOIN reloaded_fetches USING (fetch_id));
INSERT INTO core.article_statements BY NAME
SELECT DISTINCT ON (article_id, fetch_id) * REPLACE (md5_number_lower(article_id) AS article_key) FROM new_statements;
CREATE TEMP TABLE statements AS
SELECT
  s.*,
  row_number() OVER (
    PARTITION BY s.article_id
    ORDER BY
      s.is_imported,
      CASE WHEN NOT s.is_imported THEN v.seen END DESC NULLS LAST,
      s.n_chars DESC,
      (s.headline IS NOT NULL)::INT + (s.description IS NOT NULL)::INT + (s.article_section IS NOT NULL)::INT
        + (s.date_published IS NOT NULL)::INT
        + (s.date_modified IS NOT NULL)::INT + (s.people IS NOT NULL)::INT + (s.tags IS NOT NULL)::INT DESC,
      s.record_sha256,
      s.fetch_id
  ) AS rank,
  -- an announcement or an address dates an article only where no page of it does
  {
    'is_imported': s.is_imported, 'is_announced': s.date_published_source IN ('feed', 'sitemap', 'url'), 'rank': rank
  } AS date_rank
FROM (
  FROM core.article_statements
  WHERE rowid IN (
    SELECT rowid
    FROM core.article_statements
    WHERE article_key IN (SELECT md5_number_lower(article_id) FROM affected_articles)
  )
) AS s
SEMI JOIN affected_articles USING (article_id)
LEFT JOIN (
  SELECT article_id, coalesce(f.same_as, v.fetch_id) AS fetch_id, max((v.fetched_at, v.fetch_id)) AS seen
  FROM shown_versions AS v
  LEFT JOIN shown_fetches AS f USING (fetch_id)
  WHERE v.part_no = 1
  GROUP BY ALL
) AS v ON v.article_id = s.article_id AND v.fetch_id = s.fetch_id;
-- A field keeps its value, and where it came from, when a record before in rank lacks it.
CREATE TEMP TABLE articles_new AS FROM core.articles LIMIT 0;
INSERT INTO articles_new BY NAME
WITH fields AS (
  SELECT
    article_id,
    any_value(source_id) AS source_id,
    arg_min(each_chosen_field, rank) AS each_chosen_field,
    arg_min(date_published, date_rank) AS date_published,
    arg_min(
      date_published_offset_minutes, date_rank
    ) FILTER (date_published IS NOT NULL) AS date_published_offset_minutes,
    coalesce(
      arg_min(date_published_source, date_rank) FILTER (date_published IS NOT NULL), 'none'
    ) AS date_published_source,
    arg_min(date_modified, rank) AS date_modified,
    arg_min(date_modified_offset_minutes, rank) FILTER (date_modified IS NOT NULL) AS date_modified_offset_minutes,
    coalesce(
      arg_min(access, rank) FILTER (access <> 'imported'), CASE WHEN bool_and(is_imported) THEN min(access) END
    ) AS access,
    arg_min(authors, rank) AS authors,
    arg_min(tags, rank) AS tags,
    CASE WHEN count(*) = 1 THEN min(provenance) ELSE json_merge_patch(arg_min(provenance, rank), json_object(
      'each_chosen_field', arg_min(provenance ->> 'each_chosen_field', rank) FILTER (each_chosen_field IS NOT NULL),
      'date_published', arg_min(provenance ->> 'date_published', date_rank) FILTER (date_published IS NOT NULL),
      'date_modified', arg_min(provenance ->> 'date_modified', rank) FILTER (date_modified IS NOT NULL),
      'authors', arg_min(provenance ->> 'authors', rank) FILTER (people IS NOT NULL),
      'tags', arg_min(provenance ->> 'tags', rank) FILTER (tags IS NOT NULL)
    )) END AS provenance,
    arg_min(fetch_id, rank) AS fetch_id,
    arg_min(version_id, rank) AS first_version_id
  FROM statements
  GROUP BY article_id
)
SELECT
  f.* EXCLUDE (first_version_id),
  c.url,
  c.url AS normalized_url,
  CASE WHEN c.is_imported THEN f.first_version_id ELSE c.current_version_id END AS current_version_id,
  c.first_seen_at,
  c.last_seen_at,
  c.last_changed_at,
  c.n_versions,
  c.status,
  md5_number_lower(f.article_id) AS article_key
FROM fields AS f
JOIN article_states AS c USING (article_id);
CREATE TEMP TABLE articles_changed AS
SELECT article_id FROM articles_new SEMI JOIN new_statements USING (article_id)
UNION
SELECT article_id
FROM (
  SELECT * EXCLUDE (
    current_version_id, first_seen_at, last_seen_at, last_changed_at, url, normalized_url, n_versions, status
  )
  FROM articles_new
  EXCEPT
  SELECT * EXCLUDE (
    current_version_id, first_seen_at, last_seen_at, last_changed_at, url, normalized_url, n_versions, status
  )
  FROM core.articles
  WHERE rowid IN (
    SELECT rowid FROM core.articles WHERE article_key IN (SELECT md5_number_lower(article_id) FROM existing_articles)
  )
);
UPDATE article_states AS c
SET current_version_id = n.current_version_id
FROM articles_new AS n
WHERE n.article_id = c.article_id AND c.is_imported;
CREATE TEMP TABLE articles_removed AS
SELECT article_id FROM existing_articles ANTI JOIN article_states USING (article_id)
UNION
SELECT article_id FROM existing_articles SEMI JOIN articles_changed USING (article_id);
-- Of those in each role, and of the tags, the first statement that has any.
CREATE TEMP TABLE stated_people AS
SELECT article_id, source_id, p.author_id, p.name, p.role, p.ordinal, p.url, p.is_staff_desk,
  article_id IN (FROM articles_changed) AND rank = min(rank) OVER (PARTITION BY article_id, p.role) AS is_shown
FROM (SELECT article_id, source_id, rank, unnest(people) AS p FROM statements);
CREATE TEMP TABLE stated_tags AS
SELECT article_id, t.tag_id, t.name, t.ordinal,
  article_id IN (FROM articles_changed) AND rank = min(rank) OVER (PARTITION BY article_id) AS is_shown
FROM (
  SELECT article_id, rank,
    unnest(
      list_transform(tag_ids, lambda tag_id, n: {'tag_id': tag_id, 'name': tags[n], 'ordinal': n}) -- noqa: LT01
    ) AS t
  FROM statements
);
CREATE TEMP TABLE authors_new AS
SELECT author_id, any_value(source_id) AS source_id, any_value(name) AS name, min(url) AS url,
  bool_or(is_staff_desk) AS is_staff_desk
FROM stated_people GROUP BY author_id;
UPDATE core.authors AS a
SET url = least(a.url, n.url), is_staff_desk = a.is_staff_desk OR n.is_staff_desk
FROM authors_new AS n
WHERE a.author_id = n.author_id
  AND (least(a.url, n.url) IS DISTINCT FROM a.url OR n.is_staff_desk AND NOT a.is_staff_desk);
INSERT INTO core.authors BY NAME SELECT * FROM authors_new AS n ANTI JOIN core.authors AS a USING (author_id);
CREATE TEMP TABLE tags_new AS SELECT tag_id, min(name) AS name FROM stated_tags GROUP BY tag_id;
UPDATE core.tags AS t SET name = n.name FROM tags_new AS n WHERE t.tag_id = n.tag_id AND n.name < t.name;
INSERT INTO core.tags BY NAME SELECT * FROM tags_new AS n ANTI JOIN core.tags AS t USING (tag_id);
CREATE TEMP TABLE unused_ids AS
SELECT author_id AS id FROM core.article_authors WHERE article_id IN (SELECT article_id FROM articles_removed)
UNION
SELECT tag_id FROM core.article_tags WHERE article_id IN (SELECT article_id FROM articles_removed)
UNION
SELECT author_id FROM authors_new ANTI JOIN (FROM stated_people WHERE is_shown) AS p USING (author_id)
UNION
SELECT tag_id FROM tags_new ANTI JOIN (FROM stated_tags WHERE is_shown) AS p USING (tag_id);
-- only where articles_removed has rows
DELETE FROM core.articles WHERE article_id IN (SELECT article_id FROM articles_removed);
-- only where articles_removed has rows
DELETE FROM core.article_authors WHERE article_id IN (SELECT article_id FROM articles_removed);
-- only where articles_removed has rows
DELETE FROM core.article_tags WHERE article_id IN (SELECT article_id FROM articles_removed);
INSERT INTO core.articles BY NAME FROM articles_new SEMI JOIN articles_changed USING (article_id);
INSERT INTO core.article_authors BY NAME
SELECT DISTINCT article_id, ordinal, author_id, role
FROM stated_people
WHERE is_shown;
INSERT INTO core.article_tags BY NAME SELECT DISTINCT article_id, tag_id, ordinal FROM stated_tags WHERE is_shown;
-- only where existing_articles has rows
UPDATE core.articles AS a
SET current_version_id = c.current_version_id, first_seen_at = c.first_seen_at, last_seen_at = c.last_seen_at,
  last_changed_at = c.last_changed_at,
  url = c.url, normalized_url = c.url, n_versions = c.n_versions, status = c.status
FROM (FROM article_states ANTI JOIN articles_changed USING (article_id)) AS c
WHERE a.article_id = c.article_id;
-- only where unused_ids has rows
DELETE FROM unused_ids
WHERE id IN (SELECT author_id FROM core.article_authors WHERE author_id IN (SELECT id FROM unused_ids));
-- only where unused_ids has rows
DELETE FROM unused_ids WHERE id IN (SELECT tag_id FROM core.article_tags WHERE tag_id IN (SELECT id FROM unused_ids));
-- only where unused_ids has rows
DELETE FROM core.authors WHERE author_id IN (SELECT id FROM unused_ids);
-- only where unused_ids has rows
DELETE FROM core.tags WHERE tag_id IN (SELECT id FROM unused_ids);
