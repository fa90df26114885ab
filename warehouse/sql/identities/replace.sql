-- The new table of identities.
--
-- new_identities: identities that hold in every article
-- new_by_office: those that hold where the name has that office
DELETE FROM core.identities;
INSERT INTO core.identities BY NAME SELECT * EXCLUDE (office) FROM new_identities;
INSERT INTO core.identities BY NAME
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
