-- What rows of tables say beside an article's own fields; a row that is loaded again replaces what it said. In the
-- transaction of load/fetches.sql.
DELETE FROM core.article_columns WHERE fetch_id IN (SELECT fetch_id FROM new_fetches);
INSERT INTO core.article_columns BY NAME
SELECT DISTINCT ON (fetch_id, name) * FROM new_article_columns ORDER BY fetch_id, name, article_id;
