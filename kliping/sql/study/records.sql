-- Where the archive has the pages; another archive has the same pages elsewhere.
SELECT a.article_id, a.version_id, f.fetch_id, f.warc_file, f.warc_offset
FROM study_articles AS a
JOIN mart.article_versions AS v USING (version_id)
JOIN raw.fetches AS f ON f.fetch_id = v.fetch_id
ORDER BY ALL;
