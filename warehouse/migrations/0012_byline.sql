-- The byline and the tags stand with the story too: to gather them is most of what a question over many stories takes.
ALTER TABLE core.articles ADD COLUMN authors VARCHAR;
COMMENT ON COLUMN core.articles.authors IS 'those whom the byline calls its authors, joined by ''; ''';
ALTER TABLE core.articles ADD COLUMN tags VARCHAR[];
COMMENT ON COLUMN core.articles.tags IS 'as printed, each once';
UPDATE core.articles AS a
SET authors = b.authors
FROM (
  SELECT x.article_id, string_agg(u.name, '; ' ORDER BY x.ordinal) AS authors
  FROM core.article_authors AS x
  JOIN core.authors AS u USING (author_id)
  WHERE x.role = 'author'
  GROUP BY x.article_id
) AS b
WHERE b.article_id = a.article_id;
UPDATE core.articles AS a
SET tags = w.tags
FROM (
  SELECT x.article_id, list(t.name ORDER BY x.ordinal) AS tags
  FROM core.article_tags AS x
  JOIN core.tags AS t USING (tag_id)
  GROUP BY x.article_id
) AS w
WHERE w.article_id = a.article_id;
