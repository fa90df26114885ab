WITH versions AS MATERIALIZED (
  FROM core.article_versions WHERE article_id = $article_id
)
SELECT v.version_no, v.version_id, v.version_created, v.headline, v.word_count, v.n_paragraphs, v.parser,
  v.parser_version, v.cleaner_version, v.extractor_version, v.body_sha256,
  v.version_id = a.current_version_id AS is_current
FROM versions AS v
JOIN core.articles AS a USING (article_id)
WHERE article_id = $article_id
ORDER BY v.version_no;
