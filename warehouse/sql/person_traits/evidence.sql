-- What changed articles say of people: words beside names, and the offices of speakers.
--
-- new_person_evidence: of words beside names
-- articles_to_describe: of contexts.sql
INSERT INTO core.name_evidence BY NAME
SELECT DISTINCT article_id, day, entity_id, kind, value
FROM (
  FROM new_person_evidence
  UNION ALL BY NAME
  SELECT c.article_id, c.day, q.speaker_entity_id AS entity_id,
    if(contains(q.speaker_name, ' '), 'class', 'class_here') AS kind, q.speaker_class AS value
  FROM mart.article_metadata AS c
  SEMI JOIN articles_to_describe USING (article_id)
  JOIN core.quotes AS q USING (version_id)
  WHERE q.rowid IN (SELECT rowid FROM core.quotes WHERE article_id IN (FROM articles_to_describe))
    AND q.speaker_entity_id IS NOT NULL AND q.speaker_class IS NOT NULL AND q.resolution <> 'organization'
);
DROP TABLE new_person_evidence;
