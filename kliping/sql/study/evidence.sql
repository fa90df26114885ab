-- study_evidence: what each number counts, a row for each one that it counts; spans are in body_text of the version.
CREATE OR REPLACE TEMP TABLE study_evidence AS
WITH originals AS (
  SELECT * FROM study_articles WHERE is_cluster_lead
), asked_names AS (
  SELECT unnest($people::VARCHAR[]) AS name
), people_names AS (
  -- a person is meant under every name
  SELECT name, lower(name) AS entity FROM asked_names
  UNION
  SELECT a.name, lower(i.canonical_name)
  FROM asked_names AS a
  JOIN mart.identities AS i ON lower(i.name) = lower(a.name)
  WHERE i.article_id IS NULL
), named_people AS (
  SELECT p.name, m.article_id, arg_min(m.char_start, m.char_start) AS char_start,
    arg_min(m.char_end, m.char_start) AS char_end
  FROM people_names AS p
  JOIN mart.mentions AS m ON lower(m.entity) = p.entity
  SEMI JOIN study_articles AS a ON a.article_id = m.article_id
  WHERE m.is_confirmed
  GROUP BY p.name, m.article_id
)
SELECT 'articles' AS subject, 'all' AS name, article_id, version_id, NULL::INTEGER AS char_start,
  NULL::INTEGER AS char_end, warc_file, warc_offset
FROM study_articles
UNION ALL
SELECT 'articles', 'without copies', article_id, version_id, NULL, NULL, warc_file, warc_offset
FROM originals
UNION ALL
SELECT 'period', period::VARCHAR, article_id, version_id, NULL, NULL, warc_file, warc_offset
FROM study_articles
UNION ALL
SELECT 'outlet', source_name, article_id, version_id, NULL, NULL, warc_file, warc_offset
FROM study_articles
UNION ALL
SELECT if(q.speaker IS NULL, 'quotes', 'speaker'), coalesce(q.speaker, 'speaker not resolved'), article_id,
  o.version_id, q.char_start, q.char_end, o.warc_file, o.warc_offset
FROM originals AS o
JOIN mart.quotes AS q USING (article_id)
WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude'
UNION ALL
SELECT 'person', n.name, article_id, a.version_id, n.char_start, n.char_end, a.warc_file, a.warc_offset
FROM study_articles AS a
JOIN named_people AS n USING (article_id)
UNION ALL
SELECT 'event', event_id, article_id, a.version_id, NULL, NULL, a.warc_file, a.warc_offset
FROM study_articles AS a
JOIN mart.event_articles USING (article_id)
JOIN mart.events AS e USING (event_id)
WHERE e.n_outlets > 1;
