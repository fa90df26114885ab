-- Five namespaces: raw (what came in) -> core (what it means) -> mart (views, the public contract); ops (what we did); ref (lookups).
-- No keys or constraints in the database: indexes cut load speed several-fold and a DuckLake catalog refuses them. Keys and closed
-- lists stand in the comments; the loader deduplicates. All timestamps are UTC. A line's comment becomes the column's comment.
CREATE SCHEMA raw;
CREATE SCHEMA core;
CREATE SCHEMA ref;
CREATE SCHEMA mart;

-- One row a run. Key: run_id.
CREATE TABLE ops.runs (
  run_id VARCHAR NOT NULL, -- when it began and a random tail, e.g. 20261124T031500Z-4f1c
  flow_name VARCHAR NOT NULL, -- ingest, import, reparse
  trigger VARCHAR NOT NULL, -- schedule, cli, backfill, import, reparse, demo
  started_at TIMESTAMP NOT NULL, -- UTC
  finished_at TIMESTAMP, -- UTC; NULL while it runs, and for a crashed one
  state VARCHAR NOT NULL, -- running, completed, partial (something failed), failed, crashed (its process died)
  prefect_flow_run_id VARCHAR, -- the flow run in Prefect; NULL for a plain run
  code_version VARCHAR NOT NULL, -- the version of kliping
  params JSON, -- what it was asked to do
  n_discovered INTEGER, -- addresses not known before
  n_fetched INTEGER, -- pages that were answered, unchanged ones too
  n_new INTEGER, -- articles first loaded
  n_changed INTEGER, -- articles that got a further version
  n_unchanged INTEGER, -- pages that said what we had
  n_quarantined INTEGER, -- pages put aside with their reason
  n_failed INTEGER, -- addresses that could not be fetched
  cuts VARCHAR[] -- what a limit left unasked, in words
);

-- Every address ever discovered, and its one current fate. Key: url.
CREATE TABLE ops.frontier (
  url VARCHAR NOT NULL, -- canonical address
  source_id VARCHAR NOT NULL, -- TOML name of the source
  state VARCHAR NOT NULL, -- pending, loaded, duplicate, skipped, deferred, quarantined, gone
  reason VARCHAR, -- why, from one closed list; NULL for pending and loaded
  detail VARCHAR, -- the reason in words
  attempts SMALLINT NOT NULL, -- runs that failed to get it since it last went well
  next_attempt_at TIMESTAMP, -- not before this (UTC); NULL where no further attempt is planned
  article_id VARCHAR, -- the article it leads to; before the fetch, what its address says
  discovered_by VARCHAR NOT NULL, -- the feed, sitemap or page that announced it first; '' for an operator's own
  discovered_at TIMESTAMP NOT NULL, -- UTC
  published_at TIMESTAMP, -- as announced, UTC
  modified_at TIMESTAMP, -- as announced, UTC; a later one asks for another look
  last_fetch_id VARCHAR, -- its last answer in raw.fetches
  last_run_id VARCHAR -- the run that last looked at it
);

-- What each look at a feed, sitemap or listing found. Key: (feed_id, checked_at).
CREATE TABLE ops.feed_checks (
  feed_id VARCHAR NOT NULL, -- address of the channel
  checked_at TIMESTAMP NOT NULL, -- UTC
  run_id VARCHAR NOT NULL, -- the run that looked
  source_id VARCHAR NOT NULL, -- TOML name of the source
  kind VARCHAR NOT NULL, -- feed, sitemap, index, wordpress
  outcome VARCHAR NOT NULL, -- ok, not_modified, same_hash, http_error, timeout, dns_error, tls_error, parse_error, empty, or another reason
  http_status SMALLINT, -- NULL where no answer came
  n_entries INTEGER, -- links it announced
  n_new INTEGER, -- of them, those it had not announced before
  is_gap BOOLEAN, -- it shares nothing with what it announced before: something may have been missed
  note VARCHAR -- what was wrong with the document, and what a limit cut off
);

-- Archive files of which every record is loaded; the others are read when the next run starts. Key: warc_file.
CREATE TABLE ops.archive_files (
  warc_file VARCHAR NOT NULL, -- file in the archive
  n_bytes BIGINT NOT NULL -- its length then; a file that has grown since is read again
);

-- What politeness knows of each host, as of the last run; the truth while running is in the host locks. Key: host.
CREATE TABLE ops.hosts (
  host VARCHAR NOT NULL, -- host name
  next_request_at TIMESTAMP, -- nobody asks it before this (UTC)
  consecutive_failures SMALLINT NOT NULL, -- failures of the host itself, in a row
  breaker_until TIMESTAMP, -- left alone until then (UTC)
  robots_sha256 VARCHAR, -- digest of the robots.txt in force
  robots_fetched_at TIMESTAMP -- UTC
);

-- Pages that could not become articles; their records are kept. Key: quarantine_id.
CREATE TABLE ops.quarantine (
  quarantine_id VARCHAR NOT NULL, -- of the address and the fetch
  run_id VARCHAR NOT NULL, -- the run that put it aside
  source_id VARCHAR NOT NULL, -- TOML name of the source
  url VARCHAR NOT NULL, -- canonical address
  fetch_id VARCHAR, -- the answer in raw.fetches, and so the record in the archive; NULL where there was none
  body_sha256 VARCHAR, -- digest of the body
  stage VARCHAR NOT NULL, -- fetch, parse, load
  reason_code VARCHAR NOT NULL, -- from the closed list of reasons
  reason VARCHAR, -- the reason in words
  parser_version VARCHAR, -- the parser that refused it
  quarantined_at TIMESTAMP NOT NULL, -- when the page was fetched, UTC
  resolved_at TIMESTAMP, -- when the same address became an article after all, UTC
  resolution VARCHAR -- loaded
);

-- One row an answer or a failed attempt. Key: fetch_id.
CREATE TABLE raw.fetches (
  fetch_id VARCHAR NOT NULL, -- the UUID in the archive's WARC-Record-ID
  run_id VARCHAR NOT NULL, -- the run that asked
  source_id VARCHAR NOT NULL, -- TOML name of the source
  kind VARCHAR NOT NULL, -- page, part (a further page of an article), feed, sitemap, index, wordpress, robots, file
  announced_by VARCHAR, -- the feed, sitemap or page that led here; for a part, the first page of its article
  link_modified_at TIMESTAMP, -- when it last changed, as announced before it was asked for, UTC
  requested_url VARCHAR NOT NULL, -- the address asked for; urn:sha256:… for a file
  final_url VARCHAR, -- after redirects
  redirects VARCHAR[], -- the hops between the two
  fetched_at TIMESTAMP NOT NULL, -- when the request began, UTC
  http_status SMALLINT, -- NULL for a file and where no answer came
  content_type VARCHAR, -- as sent
  n_bytes BIGINT, -- length of the decoded body
  elapsed_ms INTEGER, -- milliseconds
  attempt SMALLINT NOT NULL, -- 1 is the first
  etag VARCHAR, -- validator for the next request
  last_modified VARCHAR, -- validator for the next request
  body_sha256 VARCHAR, -- digest of the decoded body
  same_as VARCHAR, -- the fetch whose body this one repeats (304, or equal bytes)
  warc_file VARCHAR, -- file in the archive; NULL where no answer came
  warc_offset BIGINT, -- first byte of the record
  warc_length BIGINT, -- bytes of the record
  outcome VARCHAR NOT NULL, -- ok, unchanged, failed
  reason VARCHAR, -- why it failed, from the closed list
  detail VARCHAR, -- the reason in words
  robots_rule VARCHAR, -- the rule of robots.txt that allowed or forbade it
  reservations VARCHAR[] -- what the publisher reserves: text and data mining, training of models; as 'name: value'
);

-- Every link a channel announced. Key: (feed_id, url).
CREATE TABLE raw.feed_entries (
  feed_id VARCHAR NOT NULL, -- address of the feed, sitemap or index page
  guid VARCHAR, -- as announced; guids repeat
  url VARCHAR NOT NULL, -- canonical address
  title VARCHAR, -- as announced
  published_raw VARCHAR, -- as announced
  published_at TIMESTAMP, -- UTC; NULL where it cannot be read
  modified_at TIMESTAMP, -- UTC
  in_language VARCHAR, -- as announced
  first_seen_at TIMESTAMP NOT NULL, -- UTC
  last_seen_at TIMESTAMP NOT NULL, -- UTC
  run_id VARCHAR NOT NULL -- the run that saw it last
);

-- Outlets. Key: source_id.
CREATE TABLE core.sources (
  source_id VARCHAR NOT NULL, -- TOML name of the source
  name VARCHAR NOT NULL, -- title of the outlet
  domain VARCHAR NOT NULL, -- host of its home page, without www
  country VARCHAR, -- ISO 3166-1 alpha-2, where the source says so
  language VARCHAR, -- ISO 639, of the outlet
  kind VARCHAR -- news, wire, government, magazine
);

-- Stories, with the metadata of the last page that showed them. Key: article_id.
CREATE TABLE core.articles (
  article_id VARCHAR NOT NULL, -- hash of source and natural key (the id in its address, else the address)
  source_id VARCHAR NOT NULL, -- core.sources
  url VARCHAR, -- where it was read; NULL for a file without an address
  canonical_url VARCHAR, -- what the page calls its own address
  normalized_url VARCHAR, -- canonical spelling of the address
  current_version_id VARCHAR NOT NULL, -- the version the last page showed
  headline VARCHAR, -- NULL where the page does not say
  description VARCHAR, -- standfirst or summary, as the page gives it
  article_section VARCHAR, -- section, as the page gives it
  in_language VARCHAR, -- ISO 639
  date_published TIMESTAMP, -- UTC; NULL where the page does not say
  date_published_offset_minutes SMALLINT, -- the page's own offset from UTC: +07:00 is 420
  date_published_source VARCHAR NOT NULL, -- jsonld, meta, microdata, time_tag, dom, feed, sitemap, url, text, none
  date_modified TIMESTAMP, -- UTC
  date_modified_offset_minutes SMALLINT, -- the page's own offset from UTC
  dateline VARCHAR, -- as printed, e.g. 'VOICEIndonesia.co, Jakarta'
  content_reference_date DATE, -- the day the text says it speaks of
  is_accessible_for_free BOOLEAN, -- FALSE behind a paywall; NULL where the page does not say
  first_seen_at TIMESTAMP NOT NULL, -- first fetch that showed it, UTC
  last_seen_at TIMESTAMP NOT NULL, -- last fetch that showed it, unchanged ones too, UTC
  last_changed_at TIMESTAMP NOT NULL, -- first fetch of the newest version, UTC
  n_versions INTEGER NOT NULL, -- distinct texts seen
  status VARCHAR NOT NULL, -- live, gone, redirected
  provenance JSON, -- field -> where its value came from
  fetch_id VARCHAR NOT NULL -- the fetch these values were read from
);

-- Distinct texts of an article. Key: version_id.
CREATE TABLE core.article_versions (
  version_id VARCHAR NOT NULL, -- hash of article_id, headline and cleaned text
  article_id VARCHAR NOT NULL, -- core.articles
  version_no INTEGER NOT NULL, -- 1 is the first seen
  content_sha256 VARCHAR NOT NULL, -- digest of headline and cleaned text
  body_sha256 VARCHAR NOT NULL, -- digest of body_text
  fetch_id VARCHAR NOT NULL, -- the first fetch that showed it
  headline VARCHAR, -- of this version
  source_text VARCHAR NOT NULL, -- the text as published, before cleaning
  body_text VARCHAR NOT NULL, -- cleaned paragraphs joined by one LF
  n_chars INTEGER NOT NULL, -- code points in body_text
  word_count INTEGER NOT NULL, -- runs of non-space in body_text
  n_paragraphs INTEGER NOT NULL, -- lines of body_text
  flags VARCHAR[], -- what to know of the reading: partial (a further page is missing), date_suspect, replaced_characters, rule_drift
  parser VARCHAR NOT NULL, -- the rule or reader that found the body
  parser_version VARCHAR NOT NULL, -- version of the parser
  cleaner_version VARCHAR NOT NULL, -- version of the cleaner
  version_created TIMESTAMP NOT NULL -- when it was first seen, UTC
);

-- Which fetches showed which version, the further pages of an article too. Key: (version_id, fetch_id).
CREATE TABLE core.version_fetches (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  fetch_id VARCHAR NOT NULL, -- raw.fetches
  part_no SMALLINT NOT NULL, -- 1, or the place of a further page
  fetched_at TIMESTAMP NOT NULL -- UTC; of the first page
);

-- What cleaning took out of the text as published. Key: (version_id, ordinal).
CREATE TABLE core.removed_spans (
  version_id VARCHAR NOT NULL, -- core.article_versions
  ordinal SMALLINT NOT NULL, -- 1-based
  kind VARCHAR NOT NULL, -- dateline, related_link, end_mark, editor_credit, caption, ad, boilerplate
  source_start INTEGER NOT NULL, -- first code point in source_text
  source_end INTEGER NOT NULL, -- one past the last
  text VARCHAR NOT NULL -- exactly the text between the two
);

-- People and desks in bylines. Key: author_id.
CREATE TABLE core.authors (
  author_id VARCHAR NOT NULL, -- hash of source and name
  source_id VARCHAR NOT NULL, -- core.sources
  name VARCHAR NOT NULL, -- without 'by', outlet and role
  url VARCHAR, -- their page
  is_staff_desk BOOLEAN NOT NULL -- a newsroom, not a person
);

-- Key: (article_id, role, ordinal).
CREATE TABLE core.article_authors (
  article_id VARCHAR NOT NULL, -- core.articles
  ordinal SMALLINT NOT NULL, -- 1-based, as printed
  author_id VARCHAR NOT NULL, -- core.authors
  role VARCHAR NOT NULL -- author, editor, photographer, contributor
);

-- Key: tag_id.
CREATE TABLE core.tags (
  tag_id VARCHAR NOT NULL, -- hash of the name in lower case
  name VARCHAR NOT NULL -- as printed
);

-- Key: (article_id, tag_id).
CREATE TABLE core.article_tags (
  article_id VARCHAR NOT NULL, -- core.articles
  tag_id VARCHAR NOT NULL, -- core.tags
  ordinal SMALLINT NOT NULL -- 1-based, as printed
);

-- Links in and beside the text. Key: (version_id, ordinal).
CREATE TABLE core.article_links (
  version_id VARCHAR NOT NULL, -- core.article_versions
  ordinal SMALLINT NOT NULL, -- 1-based
  rel VARCHAR NOT NULL, -- related, inline, source, tag, author, social
  label VARCHAR, -- e.g. 'Baca Juga'
  title VARCHAR, -- the linked words
  href VARCHAR, -- NULL where only the title was printed
  after_paragraph SMALLINT, -- the body paragraph it stands after; 0 before the first
  source_start INTEGER, -- its line in source_text, for a link that stood as a line of its own
  source_end INTEGER -- one past the last
);

-- Key: (version_id, ordinal).
CREATE TABLE core.article_images (
  version_id VARCHAR NOT NULL, -- core.article_versions
  ordinal SMALLINT NOT NULL, -- 1-based
  role VARCHAR NOT NULL, -- primary, inline, gallery
  content_url VARCHAR NOT NULL, -- address of the picture
  caption VARCHAR, -- as printed
  credit_text VARCHAR, -- as printed
  alt_text VARCHAR, -- for those who cannot see it
  width INTEGER, -- pixels
  height INTEGER -- pixels
);

CREATE MACRO core.span(body, s, e) AS substr(body, s + 1, e - s);
CREATE MACRO mart.wib(ts) AS ts + INTERVAL 7 HOUR;
CREATE MACRO mart.wib_date(ts) AS CAST(ts + INTERVAL 7 HOUR AS DATE);
