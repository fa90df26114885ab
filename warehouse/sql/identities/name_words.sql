-- The words that tell whether a name is one: what it has more than another, and all words of a name that does nothing.
SELECT DISTINCT word
FROM (
  SELECT unnest(extra) AS word FROM name_parts
  UNION ALL
  SELECT extra FROM glued_words
  UNION ALL
  SELECT unnest(words) FROM person_names WHERE n_acting * 3 < n_articles
);
