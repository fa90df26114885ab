-- The words of the headlines and of the beginnings of the new stories.
INSERT INTO story_words
WITH words AS (
  SELECT day, story, unnest(string_split_regex(headline, '[^\p{L}\p{N}]+')) AS word, TRUE AS in_headline FROM new_stories
  UNION ALL
  SELECT day, story, unnest(string_split_regex(beginning, '[^\p{L}\p{N}]+')), FALSE FROM new_stories
)
SELECT day, story, hash(word), count(*), bool_or(in_headline)
FROM words
WHERE word <> ''
GROUP BY day, story, word;
