-- Lines that stand in two or more articles of a source and so belong to none of them; counted by a reparse. Key: (source_id, line).
CREATE TABLE ref.repeated_lines (
  source_id VARCHAR NOT NULL, -- core.sources
  generation INTEGER NOT NULL, -- of the source's lines as a whole; one more with every reparse that counts otherwise
  line VARCHAR NOT NULL, -- as it stands in source_text, without outer blanks
  n_articles INTEGER NOT NULL -- articles that have it, copies of one another left out
);
