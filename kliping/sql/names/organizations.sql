-- Organisations that are named.
SELECT organization AS name, n_articles AS n, '' AS more
FROM mart.organizations
