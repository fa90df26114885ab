-- What each record of an article states. An article's row says what its records state together, whatever their order: load/articles.sql.
CREATE TABLE core.article_statements (
  article_id VARCHAR NOT NULL, -- core.articles
  source_id VARCHAR NOT NULL, -- core.sources
  version_id VARCHAR NOT NULL, -- the text of the record, in core.article_versions unless a fetched page took the place of a saved one
  fetch_id VARCHAR NOT NULL, -- raw.fetches
  fetched_at TIMESTAMP NOT NULL, -- UTC; of a row of a table, when it was imported
  is_imported BOOLEAN NOT NULL, -- a row of a table or a saved file: another witness of the article, never an edit of it
  record_sha256 VARCHAR, -- digest of the record's body
  parser_version VARCHAR, -- version of the parser that read it
  n_chars INTEGER, -- code points in the text
  canonical_url VARCHAR, -- what the page calls its own address
  headline VARCHAR, -- NULL here and below where the record does not say
  description VARCHAR, -- standfirst or summary
  article_section VARCHAR, -- section
  in_language VARCHAR, -- ISO 639
  date_published TIMESTAMP, -- UTC
  date_published_offset_minutes SMALLINT, -- the record's own offset from UTC
  date_published_source VARCHAR, -- as in core.articles
  date_modified TIMESTAMP, -- UTC
  date_modified_offset_minutes SMALLINT, -- the record's own offset from UTC
  dateline VARCHAR, -- as printed
  content_reference_date DATE, -- the day the text says it speaks of
  is_accessible_for_free BOOLEAN, -- as in core.articles
  access VARCHAR, -- as in core.articles
  syndicated_from VARCHAR, -- whose article it says it is a copy of, as printed
  authors VARCHAR, -- those whom the byline calls its authors, joined by '; '
  people STRUCT(author_id VARCHAR, name VARCHAR, role VARCHAR, ordinal SMALLINT, url VARCHAR, is_staff_desk BOOLEAN)[], -- all in the byline; ordinal within the role
  tags VARCHAR[], -- as printed, each once
  tag_ids VARCHAR[], -- core.tags, in the order of tags
  provenance JSON, -- field -> where its value came from
  article_key UBIGINT -- half of the MD5 of article_id, to find it by
);
COMMENT ON TABLE core.article_statements IS 'What each record of an article states: a fetched page, a saved file, a row of a table. Key: (article_id, fetch_id).';

COMMENT ON TABLE core.articles IS 'Articles, with what their records state together: of each field what the last fetched page that has it states, else an imported record. Key: article_id.';
COMMENT ON COLUMN core.articles.current_version_id IS 'the version that the last page showed; of imported ones the longest';
COMMENT ON COLUMN core.articles.fetch_id IS 'the record that these values were read from; others fill what it does not state (core.article_statements)';
ALTER TABLE ops.runs ADD COLUMN n_metadata_changed INTEGER;
COMMENT ON COLUMN ops.runs.n_metadata_changed IS 'articles that were there already and of which a record states a date, author, section or other field that no earlier one stated';
-- One record of each article is in its row; `kliping reparse` adds the others.
INSERT INTO core.article_statements BY NAME
SELECT
  a.article_id, a.source_id, coalesce(s.version_id, a.current_version_id) AS version_id, a.fetch_id, coalesce(f.fetched_at, a.last_seen_at) AS fetched_at,
  coalesce(f.kind = 'file' AND f.http_status IS NULL, FALSE) AS is_imported, f.body_sha256 AS record_sha256, v.parser_version, v.n_chars, a.canonical_url, a.headline, a.description, a.article_section, a.in_language,
  a.date_published, a.date_published_offset_minutes, a.date_published_source, a.date_modified, a.date_modified_offset_minutes, a.dateline,
  a.content_reference_date, a.is_accessible_for_free, a.access, a.syndicated_from, a.authors, p.people, CASE WHEN len(a.tags) = len(t.tags) THEN a.tags ELSE t.tags END AS tags, t.tag_ids, a.provenance, a.article_key
FROM core.articles AS a
LEFT JOIN raw.fetches AS f USING (fetch_id)
LEFT JOIN (SELECT DISTINCT ON (article_id, fetch_id) article_id, fetch_id, version_id FROM core.version_fetches WHERE part_no = 1) AS s ON s.article_id = a.article_id AND s.fetch_id = a.fetch_id
LEFT JOIN core.article_versions AS v ON v.version_id = coalesce(s.version_id, a.current_version_id)
LEFT JOIN (
  SELECT x.article_id, list({'author_id': x.author_id, 'name': u.name, 'role': x.role, 'ordinal': x.ordinal, 'url': u.url, 'is_staff_desk': u.is_staff_desk} ORDER BY x.role, x.ordinal) AS people
  FROM core.article_authors AS x
  JOIN core.authors AS u USING (author_id)
  GROUP BY x.article_id
) AS p ON p.article_id = a.article_id
LEFT JOIN (
  SELECT x.article_id, list(n.name ORDER BY x.ordinal) AS tags, list(x.tag_id ORDER BY x.ordinal) AS tag_ids
  FROM core.article_tags AS x
  JOIN core.tags AS n USING (tag_id)
  GROUP BY x.article_id
) AS t ON t.article_id = a.article_id;
-- Articles of which several imported records were loaded may have lost fields: a later table emptied what it did not have.
INSERT INTO ops.steps_due
SELECT 'parse_again', article_id
FROM (
  SELECT coalesce(v.article_id, r.article_id) AS article_id, count(DISTINCT f.fetch_id) AS n
  FROM raw.fetches AS f
  LEFT JOIN core.version_fetches AS v USING (fetch_id)
  LEFT JOIN ops.frontier AS r ON r.url = f.requested_url
  WHERE f.kind IN ('page', 'file') AND f.outcome = 'ok'
    AND f.requested_url IN (SELECT requested_url FROM raw.fetches WHERE kind = 'file' AND http_status IS NULL AND outcome = 'ok')
  GROUP BY ALL
)
WHERE n > 1 AND article_id IN (SELECT article_id FROM core.articles);
