-- Of one version.
SELECT $version_no AS version_no, ordinal, kind, source_start, source_end, text
FROM core.removed_spans
WHERE version_id = $version_id
ORDER BY ordinal;
