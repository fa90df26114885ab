SELECT v.version_no, l.ordinal, l.rel, l.label, l.title, l.href, l.after_paragraph
FROM core.article_links AS l
JOIN core.article_versions AS v USING (version_id)
WHERE v.article_id = $article_id OR v.article_id IN (SELECT article_id FROM ops.frontier WHERE url = $url)
ORDER BY v.version_no, l.ordinal;
