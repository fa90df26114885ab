-- Which stories are copies of which, and what a version's page said of its own change.
ALTER TABLE core.article_versions ADD COLUMN date_modified TIMESTAMP;
COMMENT ON COLUMN core.article_versions.date_modified IS 'when the page of this version says that it was last changed, UTC';
ALTER TABLE core.articles ADD COLUMN syndicated_from VARCHAR;
COMMENT ON COLUMN core.articles.syndicated_from IS 'whose article this says it is a copy of, as printed';

-- A quarter of the runs of five words of each current version, by their hash: what two texts have in common. Key: (article_id, shingle).
CREATE TABLE core.article_shingles (
  week DATE NOT NULL, -- Monday of the story's week; texts of neighbouring weeks are compared
  source_id VARCHAR NOT NULL, -- core.sources
  article_id VARCHAR NOT NULL, -- core.articles
  shingle BIGINT NOT NULL -- 63 bits of the md5 of five words in lower case
);

-- Two stories that share much of their text. Key: (article_id, earlier_id).
CREATE TABLE core.article_pairs (
  article_id VARCHAR NOT NULL, -- the later of the two
  earlier_id VARCHAR NOT NULL, -- the earlier one
  n_shared INTEGER NOT NULL, -- shingles that both have
  jaccard DOUBLE NOT NULL, -- shared of all their shingles
  containment DOUBLE NOT NULL -- shared of the shorter one's shingles
);

-- The cluster of copies every story is in; most are alone. Key: article_id.
CREATE TABLE core.article_clusters (
  cluster_id VARCHAR NOT NULL, -- article_id of the lead, the earliest
  article_id VARCHAR NOT NULL, -- core.articles
  version_id VARCHAR NOT NULL, -- the text that was compared
  story_at TIMESTAMP NOT NULL, -- published, else first seen, UTC: what "earlier" goes by
  relation VARCHAR NOT NULL, -- lead, exact, near_duplicate, partial (the shorter is taken from the longer)
  jaccard DOUBLE, -- with the lead; NULL for the lead itself
  containment DOUBLE, -- with the lead; NULL for the lead itself
  is_lead BOOLEAN NOT NULL -- the earliest of the cluster
);
