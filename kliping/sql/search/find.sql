-- found_articles: what a query finds, for its list and its attention
CREATE OR REPLACE TEMP TABLE found_articles AS
FROM mart.search($query);
