-- affected_stories: stories whose event may be another one now: near a compared day, or connected with such a story by likely pairs.
CREATE OR REPLACE TEMP TABLE affected_stories AS
WITH RECURSIVE neighbours AS (
  SELECT article_id AS one, earlier_id AS other FROM core.event_pairs WHERE likelihood >= $likely
  UNION ALL
  SELECT earlier_id, article_id FROM core.event_pairs WHERE likelihood >= $likely
), near_days AS (
  SELECT DISTINCT day - days_before::INTEGER AS day FROM compared_days, range(4) AS r(days_before)
), reached_stories AS (
  SELECT article_id FROM core.article_events SEMI JOIN near_days USING (day)
  UNION
  SELECT n.other FROM reached_stories JOIN neighbours AS n ON n.one = reached_stories.article_id
)
SELECT article_id FROM reached_stories;
