-- People and bodies under their one name, the most frequent first; those written with one of the words, or nearly so.
SELECT
  entity_id,
  kind,
  core.one_spelling(entity) AS name,
  count(DISTINCT article_id) AS n_articles,
  bool_or(is_confirmed) AS is_confirmed
FROM mart.mentions
WHERE kind IN ('person', 'organization')
  -- by what is written, which is cheaper than by the one name, and found before anything is joined
  AND filter_by(
    $words,
    text IN (
      SELECT text
      FROM core.entity_mentions
      WHERE len(list_filter($words, lambda word: contains(lower(text), word))) > 0
        OR abs(length(text) - length($name)) < 2
        -- where one letter differs, the beginning or the end is the same; the distance is slow
        AND (
          starts_with(lower(text), left(lower($name), greatest(length($name) // 2 - 1, 0)))
          OR ends_with(lower(text), right(lower($name), greatest(length($name) // 2 - 1, 0)))
        )
        AND damerau_levenshtein(lower(text), lower($name)) = 1
    )
  )
GROUP BY entity_id, kind
ORDER BY n_articles DESC, name, entity_id
LIMIT $limit;
