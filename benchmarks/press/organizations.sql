-- The most named organizations.
SELECT organization, n_articles AS articles, n_mentions AS mentions, n_outlets AS outlets, n_statements AS statements
FROM mart.organizations
ORDER BY n_articles DESC, n_mentions DESC, organization
LIMIT $limit
