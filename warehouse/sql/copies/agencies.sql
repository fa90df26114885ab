-- The agencies that articles name: in dateline, credits or byline, else in the text as a source.
DELETE FROM core.article_agencies WHERE article_id IN (FROM ops.uncompared);
INSERT INTO core.article_agencies
WITH article_lines AS MATERIALIZED (
  SELECT article_id, current_version_id AS version_id, dateline
  FROM core.articles
  WHERE rowid IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM ops.uncompared))
), texts AS MATERIALIZED (
  SELECT version_id, body_text
  FROM core.article_versions
  WHERE rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (FROM ops.uncompared))
), editor_credits AS (
  SELECT version_id, string_agg(text, chr(10)) AS editor_credit
  FROM core.removed_spans
  SEMI JOIN article_lines USING (version_id)
  WHERE kind = 'editor_credit'
  GROUP BY version_id
), bylines AS (
  SELECT article_id, string_agg(name, chr(10)) AS byline
  FROM core.article_authors
  SEMI JOIN article_lines USING (article_id)
  JOIN core.authors USING (author_id)
  GROUP BY article_id
), credit_texts AS (
  SELECT article_id, body_text, concat_ws(chr(10), dateline, editor_credit, byline) AS credits
  FROM article_lines
  JOIN texts USING (version_id)
  LEFT JOIN editor_credits USING (version_id)
  LEFT JOIN bylines USING (article_id)
)
SELECT article_id, lower(coalesce(
  nullif(regexp_extract(credits, '(?i)\b(antara|bernama|reuters|afp|xinhua|anadolu)\b', 1), ''),
  nullif(regexp_extract(credits, '[(\[/](?i:(ant))\b', 1) || 'ara', 'ara'),
  nullif(
    regexp_extract(
      body_text,
      '\b(?i:(?:di|me)?lansir|dikutip|mengutip|sumber\s*:|source\s*:)(?i: dari)?(?i: kantor berita)? ?(ANTARA|'
        || 'Antara|Bernama|Reuters|AFP|Xinhua|Anadolu)\b',
      1
    ),
    ''
  )
)) AS agency
FROM credit_texts
WHERE agency IS NOT NULL;
