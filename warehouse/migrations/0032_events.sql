-- Which stories are about one event.

-- Two stories that may be about one event. Key: (article_id, earlier_id).
CREATE TABLE core.event_pairs (
  day DATE NOT NULL, -- of the later one, UTC
  article_id VARCHAR NOT NULL, -- the later of the two
  earlier_id VARCHAR NOT NULL, -- the earlier one
  likelihood DOUBLE NOT NULL -- 0 to 1, that they are about one event
);

-- The event of every story that is no copy; most are alone with theirs. Key: article_id.
CREATE TABLE core.article_events (
  event_id VARCHAR NOT NULL, -- article_id of the earliest story of the event
  article_id VARCHAR NOT NULL, -- core.articles
  version_id VARCHAR NOT NULL, -- the text that was compared
  story_at TIMESTAMP NOT NULL, -- published, else first seen, UTC
  day DATE NOT NULL -- of story_at
);
-- the next run compares the articles that are there
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
