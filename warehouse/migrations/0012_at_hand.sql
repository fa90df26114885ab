-- What is asked of many stories at once stands ready: byline and tags, which had to be gathered, and words as numbers, by which a load finds
-- whether they are there; among a million, numbers are read many times as fast. No table is altered after its rows: DuckDB would not commit it.
ALTER TABLE core.articles ADD COLUMN authors VARCHAR;
COMMENT ON COLUMN core.articles.authors IS 'those whom the byline calls its authors, joined by ''; ''';
ALTER TABLE core.articles ADD COLUMN tags VARCHAR[];
COMMENT ON COLUMN core.articles.tags IS 'as printed, each once';
ALTER TABLE core.articles ADD COLUMN article_key UBIGINT;
COMMENT ON COLUMN core.articles.article_key IS 'half of the MD5 of article_id, to find it by';
ALTER TABLE core.article_versions ADD COLUMN content_key UBIGINT;
COMMENT ON COLUMN core.article_versions.content_key IS 'half of the MD5 of content_sha256, to find it by';
ALTER TABLE ops.frontier ADD COLUMN url_key UBIGINT;
COMMENT ON COLUMN ops.frontier.url_key IS 'half of the MD5 of url, to find it by';
ALTER TABLE ops.frontier ADD COLUMN article_key UBIGINT;
COMMENT ON COLUMN ops.frontier.article_key IS 'half of the MD5 of article_id, to find it by';

UPDATE core.articles AS a
SET article_key = md5_number_lower(a.article_id), authors = b.authors, tags = w.tags
FROM core.articles AS o
LEFT JOIN (
  SELECT x.article_id, string_agg(u.name, '; ' ORDER BY x.ordinal) AS authors
  FROM core.article_authors AS x
  JOIN core.authors AS u USING (author_id)
  WHERE x.role = 'author'
  GROUP BY x.article_id
) AS b ON b.article_id = o.article_id
LEFT JOIN (
  SELECT x.article_id, list(t.name ORDER BY x.ordinal) AS tags
  FROM core.article_tags AS x
  JOIN core.tags AS t USING (tag_id)
  GROUP BY x.article_id
) AS w ON w.article_id = o.article_id
WHERE o.article_id = a.article_id;
UPDATE core.article_versions SET content_key = md5_number_lower(content_sha256);
UPDATE ops.frontier SET url_key = md5_number_lower(url), article_key = md5_number_lower(article_id);
