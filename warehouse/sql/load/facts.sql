-- Quotes, mentions, figures, dates, places and acronyms of the versions of a batch; topics are found later. After
-- load/articles.sql, in its transaction.
DELETE FROM core.quotes WHERE version_id IN (SELECT version_id FROM replaced_versions);
INSERT INTO core.quotes BY NAME
SELECT n.* EXCLUDE (fetch_id)
FROM new_quotes AS n
SEMI JOIN versions_new AS t USING (version_id, fetch_id);
DELETE FROM core.entity_mentions WHERE version_id IN (SELECT version_id FROM replaced_versions);
INSERT INTO core.entity_mentions BY NAME
SELECT n.* EXCLUDE (fetch_id)
FROM new_mentions AS n
SEMI JOIN versions_new AS t USING (version_id, fetch_id);
DELETE FROM core.figures WHERE version_id IN (SELECT version_id FROM replaced_versions);
INSERT INTO core.figures BY NAME
SELECT n.* EXCLUDE (fetch_id)
FROM new_figures AS n
SEMI JOIN versions_new AS t USING (version_id, fetch_id);
DELETE FROM core.dates_mentioned WHERE version_id IN (SELECT version_id FROM replaced_versions);
INSERT INTO core.dates_mentioned BY NAME
SELECT n.* EXCLUDE (fetch_id)
FROM new_dates AS n
SEMI JOIN versions_new AS t USING (version_id, fetch_id);
DELETE FROM core.article_places WHERE version_id IN (SELECT version_id FROM replaced_versions);
INSERT INTO core.article_places BY NAME
SELECT n.* EXCLUDE (fetch_id)
FROM new_places AS n
SEMI JOIN versions_new AS t USING (version_id, fetch_id);
DELETE FROM core.acronyms WHERE version_id IN (SELECT version_id FROM replaced_versions);
INSERT INTO core.acronyms BY NAME
SELECT n.* EXCLUDE (fetch_id)
FROM new_acronyms AS n
SEMI JOIN versions_new AS t USING (version_id, fetch_id);
DELETE FROM core.article_topics WHERE version_id IN (SELECT version_id FROM replaced_versions);
