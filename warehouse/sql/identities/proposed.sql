-- The best proposal of each name and rule.
SELECT DISTINCT ON (entity_id, rule_id) entity_id, target, rule_id, evidence, kind
FROM proposals
ORDER BY entity_id, rule_id, weight DESC, target;
