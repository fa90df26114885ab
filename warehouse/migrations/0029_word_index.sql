-- The words of every current text, so that a query over a million articles reads no text but those that may hold its phrases.
-- The numbers depend on the order of the loads; what mart.search finds does not.

-- The texts whose words are indexed: every current one, and earlier ones of edited articles. Key: text_no.
CREATE TABLE ops.word_texts (
  text_no INTEGER NOT NULL, -- its number in ops.word_postings
  article_id VARCHAR NOT NULL, -- core.articles
  version_id VARCHAR NOT NULL -- core.article_versions
);

-- The words of all these texts. Key: word_id.
CREATE TABLE ops.words (
  word_id INTEGER NOT NULL, -- its number in ops.word_postings
  word VARCHAR NOT NULL -- letters and digits, in lower case
);

-- Which word is in which texts, in a row for each batch that was indexed.
CREATE TABLE ops.word_postings (
  word_id INTEGER NOT NULL, -- ops.words
  text_nos INTEGER[] NOT NULL -- ops.word_texts; a text is there as often as the word is in it
);

-- the next run indexes all
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
