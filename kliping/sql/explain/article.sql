SELECT a.* EXCLUDE (current_version_id), (
  SELECT string_agg(u.name || ' (' || x.role || ')', '; ' ORDER BY x.role, x.ordinal)
  FROM core.article_authors AS x JOIN core.authors AS u USING (author_id) WHERE x.article_id = $article_id
) AS people
FROM core.articles AS a
WHERE a.article_id = $article_id;
