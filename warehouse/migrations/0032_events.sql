-- Which articles are about one event.

-- Two articles that may be about one event. Key: (article_id, earlier_id).
CREATE TABLE core.event_pairs (
  day DATE NOT NULL, -- of the later one, UTC
  article_id VARCHAR NOT NULL, -- the later of the two
  earlier_id VARCHAR NOT NULL, -- the earlier one
  likelihood DOUBLE NOT NULL -- 0 to 1, that they are about one event
);

-- The event of every original: an article that is no copy, or has a part of another one only. Key: article_id.
CREATE TABLE core.article_events (
  event_id VARCHAR NOT NULL, -- article_id of the earliest article of the event
  article_id VARCHAR NOT NULL, -- core.articles
  version_id VARCHAR NOT NULL, -- the text that was compared
  story_at TIMESTAMP NOT NULL, -- published, else first seen, UTC
  day DATE NOT NULL -- of story_at
);

-- What the figures of such articles count, where figures of other articles can be compared with them. Key: (article_id, figure_no).
CREATE TABLE core.figure_subjects (
  article_id VARCHAR NOT NULL, -- core.articles
  version_id VARCHAR NOT NULL, -- the text it is in
  figure_no SMALLINT NOT NULL, -- core.figures
  subject VARCHAR NOT NULL, -- what it counts, with the unit where that is no person and no building: "people dead"
  changes VARCHAR, -- up, both: a later count can replace it with a higher one, or with any other; NULL: it does not change
  words VARCHAR NOT NULL -- the figure with the words of its clause, in lower case
);
-- the next run compares the articles that are there
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
