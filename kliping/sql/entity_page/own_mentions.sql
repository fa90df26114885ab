-- The places where one person or organisation is named by more than the tagger, as mart.mentions has them, and their
-- quotes, found by the few names that can stand for it.
--
-- own_names: ids of names that stand for it, in all articles or in some
-- own_mentions: its mentions
-- own_quotes: its quotes
CREATE OR REPLACE TEMP TABLE own_names AS
SELECT entity_id FROM mart.identities WHERE canonical_id = $entity
UNION
SELECT $entity;
CREATE OR REPLACE TEMP TABLE own_mentions AS
SELECT
  e.version_id,
  coalesce(a.canonical_name, i.canonical_name, e.entity_name) AS entity,
  coalesce(a.kind, i.kind, e.entity_type) AS kind,
  e.mention_type,
  e.text,
  d.source_name,
  d.day,
  d.is_cluster_lead
FROM (FROM core.entity_mentions SEMI JOIN own_names USING (entity_id) WHERE core.is_ruled(rule_id)) AS e
JOIN mart.article_days AS d USING (version_id)
LEFT JOIN (FROM mart.identities SEMI JOIN own_names USING (entity_id)) AS a
  ON a.entity_id = e.entity_id AND a.article_id = e.article_id
LEFT JOIN (FROM mart.identities SEMI JOIN own_names USING (entity_id)) AS i
  ON i.entity_id = e.entity_id AND i.article_id IS NULL
WHERE coalesce(a.canonical_id, i.canonical_id, e.entity_id) = $entity;
CREATE OR REPLACE TEMP TABLE own_quotes AS
SELECT
  q.version_id,
  q.quote_no,
  coalesce(o.canonical_name, q.speaker_role) AS speaker_role,
  coalesce(b.canonical_name, q.speaker_affiliation) AS speaker_affiliation,
  q.office_rule_id,
  d.day
FROM (FROM core.quotes WHERE speaker_entity_id IN (FROM own_names)) AS q
JOIN mart.article_days AS d USING (version_id)
LEFT JOIN (FROM mart.identities SEMI JOIN own_names USING (entity_id)) AS a
  ON a.entity_id = q.speaker_entity_id AND a.article_id = q.article_id
LEFT JOIN (FROM mart.identities SEMI JOIN own_names USING (entity_id)) AS i
  ON i.entity_id = q.speaker_entity_id AND i.article_id IS NULL
LEFT JOIN mart.identities AS o ON o.kind = 'office' AND lower(o.name) = lower(q.speaker_role)
LEFT JOIN mart.identities AS b ON b.entity_id = q.affiliation_entity_id AND b.article_id IS NULL
WHERE coalesce(a.canonical_id, i.canonical_id, q.speaker_entity_id) = $entity;
