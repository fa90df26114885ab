-- New evidence, with offices in their full form.
--
-- new_evidence: of changed.sql
INSERT INTO core.name_evidence BY NAME
SELECT DISTINCT article_id, day,
  CASE kind WHEN 'role' THEN map($roles::VARCHAR[], $ids::VARCHAR[])[value] ELSE entity_id END AS entity_id,
  kind,
  CASE kind WHEN 'office' THEN map($offices::VARCHAR[], $forms::VARCHAR[])[value] ELSE value END AS value
FROM new_evidence;
