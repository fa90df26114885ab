-- The code that read the articles of the study.
SELECT DISTINCT parser_version, cleaner_version, extractor_version
FROM mart.article_versions
SEMI JOIN study_articles USING (version_id)
ORDER BY ALL;
