-- The new rows of identities; those that stay as they were are not written again.
--
-- new_identities: identities that hold in every article
-- new_by_office: those that hold where the name has that office
-- local_uses: in which articles names are somebody else each time
-- next_identities: the rows of the linked names as they have to be
-- old_identities: as they were
CREATE OR REPLACE TEMP TABLE next_identities AS FROM core.identities LIMIT 0;
INSERT INTO next_identities BY NAME
SELECT * EXCLUDE (office) FROM new_identities WHERE rule_id <> 'identity.local';
INSERT INTO next_identities BY NAME
SELECT DISTINCT ON (n.entity_id, e.article_id) n.* EXCLUDE (office) REPLACE (
  e.article_id AS article_id, e.day AS first_day, e.day AS last_day
)
FROM new_by_office AS n
JOIN linked_evidence AS e ON e.entity_id = n.entity_id AND e.kind = 'office' AND e.value = n.office
WHERE n.rule_id <> 'identity.other' OR NOT EXISTS (
  FROM linked_evidence AS o
  WHERE o.entity_id = e.entity_id AND o.article_id = e.article_id AND o.kind = 'office' AND o.value <> e.value
)
ORDER BY n.entity_id, e.article_id, n.rule_id, n.canonical_name;
CREATE OR REPLACE TEMP TABLE local_uses AS
FROM core.article_names WHERE rowid IN (
  SELECT rowid FROM core.article_names
  WHERE entity_id IN (SELECT entity_id FROM new_identities WHERE rule_id = 'identity.local')
);
INSERT INTO next_identities BY NAME
SELECT n.* EXCLUDE (office) REPLACE (
  a.article_id AS article_id, a.article_id AS evidence, a.day AS first_day, a.day AS last_day,
  left(sha256(n.canonical_id || a.article_id), 16) AS canonical_id
)
FROM new_identities AS n
JOIN local_uses AS a USING (entity_id)
ANTI JOIN next_identities AS o ON o.entity_id = a.entity_id AND o.article_id = a.article_id
WHERE n.rule_id = 'identity.local';
CREATE OR REPLACE TEMP TABLE old_identities AS
SELECT rowid AS row_no, i::VARCHAR AS identity, entity_id, canonical_id
FROM core.identities AS i
WHERE rowid IN (SELECT rowid FROM core.identities WHERE entity_id IN (FROM names_to_link));
INSERT INTO ops.changed_people
FROM (
  SELECT unnest([entity_id, canonical_id]) AS entity_id
  FROM old_identities
  WHERE identity NOT IN (SELECT n::VARCHAR FROM next_identities AS n)
  UNION
  SELECT unnest([entity_id, canonical_id])
  FROM next_identities AS n
  WHERE n::VARCHAR NOT IN (SELECT identity FROM old_identities)
)
ANTI JOIN ops.changed_people USING (entity_id);
DELETE FROM core.identities WHERE rowid IN (
  SELECT row_no FROM old_identities WHERE identity NOT IN (SELECT n::VARCHAR FROM next_identities AS n)
);
INSERT INTO core.identities
FROM next_identities AS n WHERE n::VARCHAR NOT IN (SELECT identity FROM old_identities);
DROP TABLE new_pairs; DROP TABLE new_identities; DROP TABLE new_by_office;
