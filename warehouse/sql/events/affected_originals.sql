-- affected_originals: originals whose event may be another one now: near a compared day; connected_originals.sql adds
-- what similar pairs connect with those. Each is of one of the days from first_day to last_day.
CREATE OR REPLACE TEMP TABLE affected_originals AS
SELECT article_id, day AS first_day, day AS last_day
FROM core.article_events
WHERE day IN (SELECT DISTINCT day - days_before::INTEGER FROM compared_days, range(4) AS r (days_before));
