-- The most named people, with their most frequent office.
SELECT person, n_articles AS articles, n_mentions AS mentions, n_outlets AS outlets, n_statements AS statements,
  speaker_role AS role
FROM mart.people
ORDER BY n_articles DESC, n_mentions DESC, person
LIMIT $limit
