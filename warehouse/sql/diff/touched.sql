-- The articles that a staged batch can change.
CREATE TEMP TABLE previewed AS
SELECT article_id FROM new_seen
UNION
SELECT article_id FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM new_fetches);
