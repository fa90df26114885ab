-- What questions over many stories are spared.
CREATE MACRO mart.story_date(published, in_text, seen) AS coalesce(mart.wib_date(published), in_text, mart.wib_date(seen));

-- Articles that loads have touched since texts were last compared. Key: article_id.
CREATE TABLE ops.uncompared (
  article_id VARCHAR NOT NULL -- core.articles; it may be there no more
);
INSERT INTO ops.uncompared SELECT article_id FROM core.articles;

-- The news agency that a copied text, or its copy, names as its origin. Key: article_id.
CREATE TABLE core.article_agencies (
  article_id VARCHAR NOT NULL, -- core.articles
  agency VARCHAR NOT NULL -- antara, bernama, reuters, afp, xinhua, anadolu
);

ALTER TABLE core.article_versions ADD COLUMN extractor_version VARCHAR;
COMMENT ON COLUMN core.article_versions.extractor_version IS 'version of the rules that found quotes, figures, names and places; NULL where it was not written down';
