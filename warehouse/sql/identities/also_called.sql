-- What names are also called, in all articles; of the names to link.
SELECT entity_id, value, count(*) AS n_articles, min(article_id) AS article_id
FROM core.name_evidence
WHERE kind = 'also_called' AND entity_id IN (SELECT entity_id FROM names_to_link)
GROUP BY ALL;
