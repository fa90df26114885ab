-- The current texts that can be about one of the topics with these traces: of all articles, or of those that loads
-- changed.
SELECT
  m.article_id,
  m.version_id,
  m.headline,
  m.day,
  v.body_text
FROM mart.article_metadata AS m
JOIN core.article_versions AS v USING (version_id)
WHERE v.rowid IN (SELECT rowid FROM core.article_versions WHERE $all OR article_id IN (FROM ops.uncompared))
  AND (
    regexp_matches(strip_accents(lower(v.body_text)), $traces)
    OR regexp_matches(strip_accents(lower(m.headline)), $traces)
  );
