-- What changed articles say of people: words beside names, and the offices of speakers.
--
-- new_person_evidence: of words beside names
-- articles_to_describe, described_texts: of contexts.sql
-- described_evidence: the result
CREATE OR REPLACE TEMP TABLE described_evidence AS
WITH quotes AS MATERIALIZED (
  FROM core.quotes WHERE rowid IN (SELECT rowid FROM core.quotes WHERE article_id IN (FROM articles_to_describe))
)
SELECT DISTINCT article_id, day, entity_id, kind, value
FROM (
  FROM new_person_evidence
  UNION ALL BY NAME
  SELECT c.article_id, c.day, q.speaker_entity_id AS entity_id,
    if(contains(q.speaker_name, ' '), 'class', 'class_here') AS kind, q.speaker_class AS value
  FROM described_texts AS c
  JOIN quotes AS q USING (version_id)
  WHERE q.speaker_entity_id IS NOT NULL AND q.speaker_class IS NOT NULL AND q.resolution <> 'organization'
);
INSERT INTO core.name_evidence BY NAME FROM described_evidence;
DROP TABLE new_person_evidence;
