-- The originals of a day and of the three days before it whose texts are not yet read; what was read of earlier days is not needed any more.
--
-- new_originals: the originals of these days that are not yet in them

DELETE FROM original_words WHERE day NOT BETWEEN getvariable('day') - 3 AND getvariable('day');
DELETE FROM original_facts WHERE day NOT BETWEEN getvariable('day') - 3 AND getvariable('day');
DELETE FROM original_counts WHERE day NOT BETWEEN getvariable('day') - 3 AND getvariable('day');
CREATE OR REPLACE TEMP TABLE new_originals AS
SELECT e.day, e.original, e.version_id, lower(coalesce(v.headline, '')) AS headline, lower(left(v.body_text, 1000)) AS beginning
FROM original_numbers AS e
JOIN core.article_versions AS v ON v.version_id = e.version_id
WHERE e.day BETWEEN getvariable('day') - 3 AND getvariable('day') AND e.day NOT IN (SELECT day FROM original_words);
