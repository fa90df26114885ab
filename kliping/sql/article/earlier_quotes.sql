-- The quotes of every version of an article, the latest version first.
SELECT
  q.text,
  v.version_no
FROM mart.article_versions AS v
JOIN core.quotes AS q USING (version_id)
WHERE v.article_id = $article
ORDER BY v.version_no DESC, q.quote_no;
