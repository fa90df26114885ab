SELECT v.version_no, r.ordinal, r.kind, r.source_start, r.source_end, r.text
FROM core.removed_spans AS r
JOIN core.article_versions AS v USING (version_id)
WHERE v.article_id = $article_id
ORDER BY v.version_no, r.ordinal;
