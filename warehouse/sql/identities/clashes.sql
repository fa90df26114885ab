-- Pairs of names that both hold an office in the same article.
--
-- new_pairs: the pairs to look at
WITH holders AS MATERIALIZED (
  SELECT entity_id, article_id
  FROM linked_evidence
  WHERE kind = 'office'
    AND entity_id IN (SELECT entity_id FROM new_pairs UNION SELECT canonical_id FROM new_pairs)
)
SELECT DISTINCT p.entity_id
FROM new_pairs AS p
JOIN holders AS a ON a.entity_id = p.entity_id
JOIN holders AS b ON b.entity_id = p.canonical_id AND b.article_id = a.article_id;
