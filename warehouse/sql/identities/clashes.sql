-- Pairs of names that both hold an office in the same article.
--
-- new_pairs: the pairs to look at
SELECT DISTINCT p.entity_id
FROM new_pairs AS p
JOIN core.name_evidence AS a ON a.entity_id = p.entity_id AND a.kind = 'office'
JOIN core.name_evidence AS b ON b.entity_id = p.canonical_id AND b.kind = 'office' AND b.article_id = a.article_id;
