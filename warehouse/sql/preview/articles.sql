-- preview_articles: the articles that a staged batch can change.
CREATE TEMP TABLE preview_articles AS
SELECT article_id FROM new_version_fetches
UNION
SELECT article_id FROM core.version_fetches WHERE fetch_id IN (SELECT fetch_id FROM new_fetches);
