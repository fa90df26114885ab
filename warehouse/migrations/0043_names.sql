-- Which names the articles have, and what the corpus knows of each name. The next run fills these tables.

-- What the current version of an article says with one name. Key: (article_id, entity_id).
CREATE TABLE core.article_names (
  article_id VARCHAR NOT NULL, -- core.articles
  source_id VARCHAR NOT NULL, -- core.sources
  day DATE NOT NULL, -- the day of the article
  entity_id VARCHAR NOT NULL, -- core.entities
  kind VARCHAR NOT NULL, -- person, organization, place, product, unknown
  name VARCHAR NOT NULL, -- as the article has it in full
  n_mentions INTEGER NOT NULL, -- places where it is written
  is_ruled BOOLEAN NOT NULL, -- a rule found it, not the tagger alone
  is_acting BOOLEAN NOT NULL, -- it speaks, has an office or an age
  forms VARCHAR[] NOT NULL -- other words for it in the text: short forms, acronyms
);

-- The same of all articles. Key: entity_id.
CREATE TABLE core.names (
  entity_id VARCHAR NOT NULL, -- core.entities
  kind VARCHAR NOT NULL, -- person, organization, place, product, unknown
  name VARCHAR NOT NULL, -- of the ways to write it, that with small letters first
  n_articles INTEGER NOT NULL, -- articles that have it
  n_outlets INTEGER NOT NULL, -- outlets that have it
  n_ruled INTEGER NOT NULL, -- articles in which a rule found it
  n_acting INTEGER NOT NULL, -- articles in which it speaks, has an office or an age
  first_day DATE NOT NULL, -- first day on which it is written
  last_day DATE NOT NULL, -- last day on which it is written
  has_corpus_witness BOOLEAN NOT NULL, -- rules found it in three articles, or in those of two outlets
  is_listed BOOLEAN NOT NULL -- in the list of known names
);

-- The words that stand for a name in articles. Key: (entity_id, form).
CREATE TABLE core.name_forms (
  entity_id VARCHAR NOT NULL, -- core.names
  form VARCHAR NOT NULL, -- in lower case
  n_articles INTEGER NOT NULL, -- articles that use it for this name
  n_outlets INTEGER NOT NULL -- their outlets
);

-- The words that an article writes small and that no list of everyday words has. Key: article_id.
CREATE TABLE core.article_words (
  article_id VARCHAR NOT NULL, -- core.articles
  words VARCHAR[] NOT NULL -- in lower case, in order of the alphabet
);

-- The same of all articles. Key: word.
CREATE TABLE core.small_words (
  word VARCHAR NOT NULL, -- in lower case
  n_articles INTEGER NOT NULL -- articles that write it small
);
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
