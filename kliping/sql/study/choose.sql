-- study_scope: all articles of the days and outlets of a study. study_articles: those of them that it is about, and
-- their records.
CREATE OR REPLACE TEMP TABLE study_scope AS
SELECT article_id, version_id, day, date_trunc($by, day)::DATE AS period, source_id, source_name, is_cluster_lead
FROM mart.article_metadata
WHERE day BETWEEN $since::DATE AND $until::DATE
  AND (len($outlets::VARCHAR[]) = 0 OR list_contains($outlets::VARCHAR[], source_id))
  AND article_id NOT IN (SELECT article_id FROM ops.frontier WHERE reason = 'forgotten' AND article_id IS NOT NULL);

CREATE OR REPLACE TEMP TABLE study_articles AS
SELECT s.*, f.fetch_id, f.warc_file, f.warc_offset
FROM study_scope AS s
SEMI JOIN mart.search($query) USING (article_id)
JOIN mart.article_versions AS v USING (version_id)
JOIN raw.fetches AS f ON f.fetch_id = v.fetch_id;
