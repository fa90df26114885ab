-- The originals that changed since events were last found. An original is an article that is no copy, or has a part of
-- another only.
--
-- originals: the originals among the articles compared now
-- originals_before: the same as they were; tables are searched for these alone, so that for new ones nothing is read
-- compared_days: the days whose originals are compared again, with those of the three days before
-- original_openings: their headlines and first lines, in lower case
-- original_kinds: the kinds that these tell; empty for now

CREATE OR REPLACE TEMP TABLE originals AS
SELECT c.article_id, c.version_id, c.story_at, c.story_at::DATE AS day
FROM core.article_clusters AS c
SEMI JOIN ops.uncompared USING (article_id)
WHERE c.relation IN ('lead', 'partial');
CREATE OR REPLACE TEMP TABLE originals_before AS
SELECT article_id, day FROM core.article_events SEMI JOIN ops.uncompared USING (article_id);
CREATE OR REPLACE TEMP TABLE compared_days AS
WITH changed_days AS (
  SELECT day FROM originals_before UNION SELECT day FROM originals
)
SELECT DISTINCT day + days_after::INTEGER AS day FROM changed_days, range(4) AS r (days_after);
DELETE FROM core.article_events WHERE article_id IN (SELECT article_id FROM originals_before);
DELETE FROM core.event_pairs WHERE day IN (FROM compared_days);
CREATE OR REPLACE TEMP TABLE original_openings AS
WITH openings AS MATERIALIZED (
  SELECT version_id, lower(headline) AS headline, lower(left(body_text, 150)) AS opening
  FROM core.article_versions
  WHERE rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (SELECT article_id FROM originals))
)
SELECT article_id, headline, opening
FROM originals
JOIN openings USING (version_id);
CREATE OR REPLACE TEMP TABLE original_kinds (article_id VARCHAR, kind VARCHAR, place_in_file INTEGER);
