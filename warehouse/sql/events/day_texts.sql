-- What the stories of a day and of the three days before it say: their words, and the people, places, figures and kinds of happening.
--
-- story_words: the words of the headline and of the beginning of the text; kept from the day before
-- story_facts: what they name, each with its kind; kept from the day before
-- story_counts: the lowest and the highest number for each thing that they count; likewise
-- new_stories: the stories of these days that are not yet in them

CREATE TEMP TABLE IF NOT EXISTS story_words (day DATE, story INTEGER, word UBIGINT, n BIGINT, in_headline BOOLEAN);
CREATE TEMP TABLE IF NOT EXISTS story_facts (day DATE, story INTEGER, kind VARCHAR, fact VARCHAR);
CREATE TEMP TABLE IF NOT EXISTS story_counts (day DATE, story INTEGER, subject VARCHAR, changes VARCHAR, lowest DOUBLE, highest DOUBLE);
DELETE FROM story_words WHERE day NOT BETWEEN getvariable('day') - 3 AND getvariable('day');
DELETE FROM story_facts WHERE day NOT BETWEEN getvariable('day') - 3 AND getvariable('day');
DELETE FROM story_counts WHERE day NOT BETWEEN getvariable('day') - 3 AND getvariable('day');
CREATE OR REPLACE TEMP TABLE new_stories AS
SELECT e.day, e.story, e.version_id, lower(coalesce(v.headline, '')) AS headline, lower(left(v.body_text, 1000)) AS beginning
FROM story_numbers AS e
JOIN core.article_versions AS v ON v.version_id = e.version_id
WHERE e.day BETWEEN getvariable('day') - 3 AND getvariable('day') AND e.day NOT IN (SELECT day FROM story_words);
