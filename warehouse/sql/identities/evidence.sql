-- New evidence, with offices in their full form.
--
-- new_evidence: of changed.sql
-- current_evidence: the result, which is all that these articles say of names
CREATE OR REPLACE TEMP TABLE current_evidence AS
SELECT DISTINCT article_id, day,
  CASE kind WHEN 'role' THEN map($roles::VARCHAR[], $ids::VARCHAR[])[value] ELSE entity_id END AS entity_id,
  kind,
  CASE kind WHEN 'office' THEN map($offices::VARCHAR[], $forms::VARCHAR[])[value] ELSE value END AS value
FROM new_evidence;
INSERT INTO core.name_evidence BY NAME FROM current_evidence;
