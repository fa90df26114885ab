-- What speaks for one event of two affected originals. Two of which one is not affected are in no event together: no
-- likely pairs connect them. The variables are of connected_originals.sql.
SELECT earlier_id, article_id, similarity
FROM core.event_pairs AS p
SEMI JOIN affected_originals USING (article_id)
SEMI JOIN affected_originals AS e ON e.article_id = p.earlier_id
WHERE p.day BETWEEN getvariable('since') AND getvariable('until');
