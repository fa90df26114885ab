-- What names are also called, in all articles; of the names to link.
SELECT entity_id, value, count(*) AS n_articles, min(article_id) AS article_id
FROM linked_evidence
WHERE kind = 'also_called'
GROUP BY ALL;
