-- counted_lines: lines that several articles of a source have.
-- Counted in the text as published, which no generation changes, so the same articles always give the same lines. Lines
-- that cleaning removes by itself are left out. An article with half or more of its text in other articles is a copy
-- and proves no boilerplate.
CREATE TEMP TABLE counted_lines AS
WITH printed_lines AS (
  SELECT a.source_id, v.article_id, v.version_id, trim(unnest(string_split(v.source_text, chr(10)))) AS line
  FROM core.article_versions AS v
  JOIN core.articles AS a USING (article_id)
  WHERE $source_ids IS NULL OR list_contains($source_ids, a.source_id)
),
lines AS (
  SELECT DISTINCT p.source_id, p.article_id, p.line
  FROM printed_lines AS p
  ANTI JOIN core.removed_spans AS r ON r.version_id = p.version_id AND r.text = p.line AND r.kind <> 'boilerplate'
  WHERE p.line <> ''
),
shared AS (SELECT source_id, line FROM lines GROUP BY ALL HAVING count(*) > 1),
copies AS (
  SELECT article_id
  FROM lines AS l
  LEFT JOIN shared AS s USING (source_id, line)
  GROUP BY article_id
  HAVING 2 * sum(length(l.line)) FILTER (s.line IS NOT NULL) >= sum(length(l.line))
)
SELECT source_id, line, count(*)::INTEGER AS n_articles
FROM lines
ANTI JOIN copies USING (article_id)
GROUP BY ALL
HAVING count(*) > 1;
