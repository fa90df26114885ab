-- The agencies that articles name: in dateline, credits or byline, else in the text as a source.
DELETE FROM core.article_agencies WHERE article_id IN (FROM ops.uncompared);
INSERT INTO core.article_agencies
WITH credit_texts AS (
  SELECT a.article_id, concat_ws(chr(10),
    a.dateline,
    (
      SELECT string_agg(r.text, chr(10))
      FROM core.removed_spans AS r
      WHERE r.version_id = a.current_version_id AND r.kind = 'editor_credit'
    ),
    (
      SELECT string_agg(u.name, chr(10))
      FROM core.article_authors AS x
      JOIN core.authors AS u USING (author_id)
      WHERE x.article_id = a.article_id
    )
  ) AS credits, v.body_text
  FROM core.articles AS a
  JOIN core.article_versions AS v ON v.version_id = a.current_version_id
  WHERE a.rowid IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM ops.uncompared))
    AND v.rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (FROM ops.uncompared))
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
