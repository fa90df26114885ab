-- The words of the headlines and of the beginnings of the new stories, and what they count.
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

INSERT INTO story_counts
SELECT s.day, s.story, c.subject, c.changes, min(f.value)::DOUBLE, max(f.value)::DOUBLE
FROM new_stories AS s
JOIN core.figure_subjects AS c ON c.version_id = s.version_id
JOIN core.figures AS f ON f.version_id = c.version_id AND f.figure_no = c.figure_no
WHERE f.char_start < 1000
GROUP BY ALL;
