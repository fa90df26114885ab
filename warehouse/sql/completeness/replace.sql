-- Stores the changed weeks with their estimates, and removes the weeks of which no article is known any more.
--
-- new_estimates: state, reason and estimate of each
DELETE FROM core.completeness WHERE (source_id, week) IN (SELECT (source_id, week) FROM changed_weeks);
DELETE FROM core.completeness WHERE (source_id, week) IN (SELECT (source_id, week) FROM recounted_weeks);
INSERT INTO core.completeness BY NAME
SELECT c.* EXCLUDE (week_no, pool), e.n_compared, e.state, e.reason, e.unseen, e.unseen_sd, e.unseen_low, e.unseen_high
FROM changed_weeks AS c
JOIN new_estimates AS e USING (source_id, week);
