INSERT INTO study_denominators BY NAME
SELECT $subject AS subject, name, article_id, count(*) AS n, parts
FROM study_rows
GROUP BY ALL;
