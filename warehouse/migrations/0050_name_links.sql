-- By what names are compared, so that a run links anew those alone that its articles touch. The next run fills these tables.

-- What a name is looked up by. Two names that share a key, which one of them is, may change each other. Key: (entity_id, kind, key, is_own).
CREATE TABLE ops.name_keys (
  entity_id VARCHAR NOT NULL, -- core.entities
  kind VARCHAR NOT NULL, -- name, word, pair, variant, start, body, gap, office; for counts alone: given, spelled, extra
  key VARCHAR NOT NULL, -- in lower case
  is_own BOOLEAN NOT NULL, -- it is this name; false: it looks for one
  name VARCHAR, -- the name in lower case and without dots
  spelling VARCHAR -- a person's name in the letters that old and new spelling have in common
);

-- The words of people's names. Key: word.
CREATE TABLE ops.name_words (
  word VARCHAR NOT NULL, -- in lower case
  n_names INTEGER NOT NULL, -- names of several words that have it
  n_articles INTEGER NOT NULL, -- the sum of their articles
  n_people INTEGER NOT NULL, -- of these names, those of people who act
  is_small BOOLEAN NOT NULL, -- everyday language, or articles write it small
  is_thing BOOLEAN NOT NULL -- a body, a place or a name that does nothing
);

-- By which lists names were linked. One row.
CREATE TABLE ops.name_lists (
  sha256 VARCHAR NOT NULL -- of the lists and of the version of the rules
);

-- Names of which articles or links changed since people were described. Key: entity_id.
CREATE TABLE ops.changed_people (
  entity_id VARCHAR NOT NULL -- core.entities
);
COMMENT ON COLUMN core.name_evidence.kind IS 'also_called, office; role: the office of a speaker as written, entity_id is its own; class: what words beside the name or an office say that a person is; class_here: the same of a single word, which may be another person elsewhere; gender: what such words say; first_name: what the first name says';
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
