-- affected_originals: originals whose event may be another one now: near a compared day, or connected with such an
-- original by similar pairs.
CREATE OR REPLACE TEMP TABLE affected_originals AS
WITH RECURSIVE neighbours AS (
  SELECT article_id AS one, earlier_id AS other FROM core.event_pairs WHERE similarity >= $similar
  UNION ALL
  SELECT earlier_id, article_id FROM core.event_pairs WHERE similarity >= $similar
), near_days AS (
  SELECT DISTINCT day - days_before::INTEGER AS day FROM compared_days, range(4) AS r (days_before)
), reached_originals AS (
  SELECT article_id FROM core.article_events SEMI JOIN near_days USING (day)
  UNION
  SELECT n.other FROM reached_originals JOIN neighbours AS n ON n.one = reached_originals.article_id
)
SELECT article_id FROM reached_originals;
