-- study_scope: all articles of the days and outlets of a study. study_articles: those of them that the query finds.
-- study_people: whom the file names. study_evidence: what each number counts, a row for each thing; spans are in the
-- body_text of the version. study_denominators: what each number is a part of, by article. study_excluded: articles of
-- the days that the study is not about, each with the reason; forgotten ones are not named.
CREATE OR REPLACE TEMP TABLE study_scope AS
SELECT article_id, version_id, day, date_trunc($by, day)::DATE AS period, source_id, source_name, is_cluster_lead
FROM mart.article_metadata
WHERE day BETWEEN $since::DATE AND $until::DATE
  AND (len($outlets::VARCHAR[]) = 0 OR list_contains($outlets::VARCHAR[], source_id))
  AND article_id NOT IN (SELECT article_id FROM ops.frontier WHERE reason = 'forgotten' AND article_id IS NOT NULL);

CREATE OR REPLACE TEMP TABLE study_articles AS
SELECT * FROM study_scope SEMI JOIN mart.search($query) USING (article_id);

CREATE OR REPLACE TEMP TABLE study_people AS
SELECT unnest($people::VARCHAR[]) AS name;

CREATE OR REPLACE TEMP TABLE study_evidence (
  subject VARCHAR, name VARCHAR, article_id VARCHAR, version_id VARCHAR, char_start INTEGER, char_end INTEGER,
  event_id VARCHAR, other_article_id VARCHAR, parts VARCHAR[]
);

CREATE OR REPLACE TEMP TABLE study_denominators (
  subject VARCHAR, name VARCHAR, article_id VARCHAR, n BIGINT, parts VARCHAR[]
);

CREATE OR REPLACE TEMP TABLE study_excluded AS
SELECT m.article_id, m.day, m.source_name, m.headline, m.url,
  CASE WHEN s.article_id IS NULL THEN 'outlet' ELSE 'query' END AS reason
FROM mart.article_metadata AS m
LEFT JOIN study_scope AS s USING (article_id)
ANTI JOIN study_articles AS a ON a.article_id = m.article_id
WHERE m.day BETWEEN $since::DATE AND $until::DATE
  AND m.article_id NOT IN (SELECT article_id FROM ops.frontier WHERE reason = 'forgotten' AND article_id IS NOT NULL);
