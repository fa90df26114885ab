-- The new rows of identities; those that stay as they were are not written again.
--
-- new_identities: identities that hold in every article
-- new_by_office: those that hold where the name has that office
-- next_identities: all rows as they have to be
CREATE OR REPLACE TEMP TABLE next_identities AS FROM core.identities LIMIT 0;
INSERT INTO next_identities BY NAME
SELECT * EXCLUDE (office) FROM new_identities WHERE rule_id <> 'identity.local';
INSERT INTO next_identities BY NAME
SELECT DISTINCT ON (n.entity_id, e.article_id) n.* EXCLUDE (office) REPLACE (
  e.article_id AS article_id, e.day AS first_day, e.day AS last_day
)
FROM new_by_office AS n
JOIN core.name_evidence AS e ON e.entity_id = n.entity_id AND e.kind = 'office' AND e.value = n.office
WHERE n.rule_id <> 'identity.other' OR NOT EXISTS (
  FROM core.name_evidence AS o
  WHERE o.entity_id = e.entity_id AND o.article_id = e.article_id AND o.kind = 'office' AND o.value <> e.value
)
ORDER BY n.entity_id, e.article_id, n.rule_id, n.canonical_name;
INSERT INTO next_identities BY NAME
SELECT n.* EXCLUDE (office) REPLACE (
  a.article_id AS article_id, a.article_id AS evidence, a.day AS first_day, a.day AS last_day,
  left(sha256(n.canonical_id || a.article_id), 16) AS canonical_id
)
FROM new_identities AS n
JOIN core.article_names AS a USING (entity_id)
ANTI JOIN next_identities AS o ON o.entity_id = a.entity_id AND o.article_id = a.article_id
WHERE n.rule_id = 'identity.local';
DELETE FROM core.identities WHERE rowid IN (
  SELECT i.rowid FROM core.identities AS i ANTI JOIN next_identities AS n ON n::VARCHAR = i::VARCHAR
);
INSERT INTO core.identities
FROM next_identities AS n ANTI JOIN core.identities AS i ON n::VARCHAR = i::VARCHAR;
