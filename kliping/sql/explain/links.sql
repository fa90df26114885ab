-- Of one version.
SELECT $version_no AS version_no, ordinal, rel, label, title, href, after_paragraph
FROM core.article_links
WHERE version_id = $version_id
ORDER BY ordinal;
