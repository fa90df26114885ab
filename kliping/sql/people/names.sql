-- People and bodies under their one name, the most frequent first; those with one of the words, or nearly of the name.
SELECT
  entity_id,
  kind,
  min(entity) AS name,
  count(DISTINCT article_id) AS n_articles,
  bool_or(is_confirmed) AS is_confirmed
FROM mart.mentions
WHERE kind IN ('person', 'organization')
  AND filter_by(
    $words,
    list_has_any(string_split(lower(entity), ' '), $words)
      OR abs(length(entity) - length($name)) < 2 AND damerau_levenshtein(lower(entity), lower($name)) = 1
  )
GROUP BY entity_id, kind
ORDER BY n_articles DESC, name, entity_id
LIMIT $limit;
