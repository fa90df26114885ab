-- What the offices of speakers say of them in new articles; words beside names say nothing in invented texts.
INSERT INTO core.name_evidence BY NAME
SELECT DISTINCT m.article_id, m.day, q.speaker_entity_id AS entity_id, 'class' AS kind, q.speaker_class AS value
FROM mart.article_metadata AS m
SEMI JOIN ops.uncompared USING (article_id)
JOIN core.quotes AS q USING (version_id)
WHERE q.speaker_class IS NOT NULL;

DELETE FROM ops.uncompared;
DELETE FROM ops.unchecked;
