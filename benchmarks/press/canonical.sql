-- Names that stand for another name.
SELECT kind, name, canonical_name, rule_id, count(*) AS places, any_value(evidence) AS evidence
FROM core.identities
WHERE canonical_name <> name
GROUP BY ALL
ORDER BY kind DESC, places DESC, name
LIMIT $limit
