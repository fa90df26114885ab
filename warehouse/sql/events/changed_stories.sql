-- The stories that changed since events were last found. A story is an article that is no copy, or has a part of another only.
--
-- stories: the stories among the articles compared now
-- changed_stories: those that are new, changed or gone
-- compared_days: the days whose stories are compared again, with those of the three days before
-- story_numbers: the stories of all these days, the earliest first

CREATE OR REPLACE TEMP TABLE stories AS
SELECT c.article_id, c.version_id, c.story_at, c.story_at::DATE AS day
FROM core.article_clusters AS c
SEMI JOIN (FROM affected_articles UNION FROM ops.uncompared) USING (article_id)
WHERE c.relation IN ('lead', 'partial');
CREATE OR REPLACE TEMP TABLE changed_stories AS
WITH before AS (
  SELECT article_id, version_id, story_at, day
  FROM core.article_events
  SEMI JOIN (FROM affected_articles UNION FROM ops.uncompared) USING (article_id)
), differing AS (
  (FROM before EXCEPT FROM stories) UNION (FROM stories EXCEPT FROM before)
)
SELECT DISTINCT article_id FROM differing
UNION
SELECT article_id FROM stories SEMI JOIN ops.uncompared USING (article_id);

CREATE OR REPLACE TEMP TABLE compared_days AS
WITH changed_days AS (
  SELECT day FROM core.article_events SEMI JOIN changed_stories USING (article_id)
  UNION
  SELECT day FROM stories SEMI JOIN changed_stories USING (article_id)
)
SELECT DISTINCT day + days_after::INTEGER AS day FROM changed_days, range(4) AS r(days_after);
DELETE FROM core.article_events WHERE article_id IN (FROM changed_stories);
INSERT INTO core.article_events
SELECT article_id AS event_id, article_id, version_id, story_at, day FROM stories SEMI JOIN changed_stories USING (article_id);
CREATE OR REPLACE TEMP TABLE story_numbers AS
WITH near_days AS (SELECT DISTINCT day - days_before::INTEGER AS day FROM compared_days, range(4) AS r(days_before))
SELECT row_number() OVER (ORDER BY story_at, article_id)::INTEGER AS story, article_id, version_id, story_at, day
FROM core.article_events
SEMI JOIN near_days USING (day);
DELETE FROM core.event_pairs WHERE day IN (FROM compared_days) OR article_id IN (FROM changed_stories) OR earlier_id IN (FROM changed_stories);
