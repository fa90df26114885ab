-- Which of these texts a query finds.
SELECT version_id
FROM mart.search($search)
WHERE version_id IN (SELECT unnest($versions::VARCHAR[]));
