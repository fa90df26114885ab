-- The words of the headlines and of the beginnings of the new originals, and what they count.
INSERT INTO original_words
WITH words AS (
  SELECT day, original, unnest(string_split_regex(headline, '[^\p{L}\p{N}]+')) AS word, TRUE AS in_headline FROM new_originals
  UNION ALL
  SELECT day, original, unnest(string_split_regex(beginning, '[^\p{L}\p{N}]+')), FALSE FROM new_originals
)
SELECT day, original, hash(word), count(*), bool_or(in_headline)
FROM words
WHERE word <> ''
GROUP BY day, original, word;

INSERT INTO original_counts
SELECT s.day, s.original, c.subject, c.changes, min(f.value)::DOUBLE, max(f.value)::DOUBLE
FROM new_originals AS s
JOIN core.figure_subjects AS c ON c.version_id = s.version_id
JOIN core.figures AS f ON f.version_id = c.version_id AND f.figure_no = c.figure_no
WHERE f.char_start < 1000
GROUP BY ALL;
