-- The originals that changed since events were last found. An original is an article that is no copy, or has a part of
-- another only.
--
-- originals: the originals among the articles compared now
-- changed_originals: those that are new, changed or gone
-- compared_days: the days whose originals are compared again, with those of the three days before
-- original_openings: the headlines and first lines of the changed originals, in lower case
-- original_kinds: the kinds that these tell; empty for now

CREATE OR REPLACE TEMP TABLE originals AS
SELECT c.article_id, c.version_id, c.story_at, c.story_at::DATE AS day
FROM core.article_clusters AS c
SEMI JOIN ops.uncompared USING (article_id)
WHERE c.relation IN ('lead', 'partial');
CREATE OR REPLACE TEMP TABLE changed_originals AS
WITH before AS (
  SELECT article_id, version_id, story_at, day
  FROM core.article_events
  SEMI JOIN ops.uncompared USING (article_id)
), differing AS (
  (FROM before EXCEPT FROM originals) UNION (FROM originals EXCEPT FROM before)
)
SELECT DISTINCT article_id FROM differing
UNION
SELECT article_id FROM originals SEMI JOIN ops.uncompared USING (article_id);

CREATE OR REPLACE TEMP TABLE compared_days AS
WITH changed_days AS (
  SELECT day FROM core.article_events SEMI JOIN changed_originals USING (article_id)
  UNION
  SELECT day FROM originals SEMI JOIN changed_originals USING (article_id)
)
SELECT DISTINCT day + days_after::INTEGER AS day FROM changed_days, range(4) AS r (days_after);
DELETE FROM core.article_events WHERE article_id IN (FROM changed_originals);
INSERT INTO core.article_events BY NAME
SELECT article_id AS event_id, article_id, version_id, story_at, day
FROM originals
SEMI JOIN changed_originals USING (article_id);
DELETE FROM core.event_pairs
WHERE day IN (FROM compared_days) OR article_id IN (FROM changed_originals) OR earlier_id IN (FROM changed_originals);
CREATE OR REPLACE TEMP TABLE original_openings AS
WITH openings AS MATERIALIZED (
  SELECT version_id, lower(headline) AS headline, lower(left(body_text, 150)) AS opening
  FROM core.article_versions
  WHERE rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (FROM changed_originals))
)
SELECT article_id, headline, opening
FROM originals
SEMI JOIN changed_originals USING (article_id)
JOIN openings USING (version_id);
CREATE OR REPLACE TEMP TABLE original_kinds (article_id VARCHAR, kind VARCHAR, place_in_file INTEGER);
