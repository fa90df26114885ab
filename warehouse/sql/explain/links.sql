SELECT v.version_no, l.ordinal, l.rel, l.label, l.title, l.href, l.after_paragraph
FROM core.article_links AS l
JOIN core.article_versions AS v USING (version_id)
WHERE v.article_id = $article_id
ORDER BY v.version_no, l.ordinal;
