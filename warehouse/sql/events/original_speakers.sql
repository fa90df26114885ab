-- original_speakers: the words of the names of those whom an original quotes, and those of them in its headline.
CREATE OR REPLACE TEMP TABLE original_speakers AS
WITH words AS (
  SELECT e.original, unnest(regexp_extract_all(lower(q.speaker_name), '\p{L}{4,}')) AS word,
    list_contains(regexp_extract_all(lower(v.headline), '\p{L}+'), word) AS is_in_headline
  FROM original_numbers AS e
  JOIN core.article_versions AS v USING (version_id)
  JOIN core.quotes AS q USING (version_id)
)
SELECT original, coalesce(list(DISTINCT word), []) AS quoted,
  list(DISTINCT word) FILTER (is_in_headline) AS in_headline -- NULL: none
FROM original_numbers
LEFT JOIN words USING (original)
GROUP BY original;
