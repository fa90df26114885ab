-- The traits of people, by what all articles say of them under any name: of those of whom articles say something else
-- now, and of those whose names are linked otherwise. Only rows that changed are written.
--
-- described_people: these people, by the name that the others stand for
-- described_names: all their names
-- old_traits, new_traits: the traits as they were, and as they are now
-- people, classes, first_years, last_years: the offices of known people

CREATE OR REPLACE TEMP TABLE described_people AS
WITH changed AS (
  FROM ops.changed_people
  UNION
  SELECT entity_id FROM described_evidence
)
FROM changed
UNION
SELECT canonical_id FROM core.identities WHERE entity_id IN (FROM changed);
CREATE OR REPLACE TEMP TABLE described_names AS
FROM described_people
UNION
SELECT entity_id FROM core.identities WHERE canonical_id IN (FROM described_people);
CREATE OR REPLACE TEMP TABLE new_traits AS
WITH evidence_rows AS MATERIALIZED (
  FROM core.name_evidence
  WHERE rowid IN (SELECT rowid FROM core.name_evidence WHERE entity_id IN (FROM described_names))
), evidence AS (
  SELECT coalesce(a.canonical_id, i.canonical_id, e.entity_id) AS entity_id, e.article_id, e.day, e.kind, e.value
  FROM evidence_rows AS e
  LEFT JOIN core.identities AS a ON a.entity_id = e.entity_id AND a.article_id = e.article_id
  LEFT JOIN core.identities AS i ON i.entity_id = e.entity_id AND i.article_id IS NULL
  WHERE coalesce(a.canonical_id, i.canonical_id, e.entity_id) IN (FROM described_people)
), known_offices AS (
  SELECT
    unnest($people::VARCHAR[]) AS entity_id,
    unnest($classes::VARCHAR[]) AS value,
    unnest($first_years::INTEGER[]) AS first_year,
    unnest($last_years::INTEGER[]) AS last_year
), known_people AS (
  -- an office of the state goes before one of a party or a company
  SELECT k.entity_id, k.value IN ('civil_society', 'business', 'academic') AS is_other, k.value
  FROM known_offices AS k
  JOIN (SELECT entity_id, min(day) AS first_day, max(day) AS last_day FROM evidence GROUP BY entity_id) AS e
    ON e.entity_id = k.entity_id AND year(e.first_day) <= k.last_year AND year(e.last_day) >= k.first_year
), known_classes AS (
  SELECT entity_id, min(value) AS value
  FROM (FROM known_people QUALIFY is_other = min(is_other) OVER (PARTITION BY entity_id))
  GROUP BY entity_id
  HAVING count(DISTINCT value) = 1
), people AS (
  SELECT entity_id,
    list_distinct(list(value) FILTER (kind = 'class')) AS classes,
    list_distinct(list(value) FILTER (kind = 'gender')) AS genders,
    list_distinct(list(value) FILTER (kind = 'first_name')) AS by_first_name
  FROM evidence
  GROUP BY entity_id
)
SELECT
  p.entity_id,
  NULL::VARCHAR AS article_id,
  CASE
    WHEN k.value IS NOT NULL THEN k.value
    -- a known person is no longer what they were, and not what a misread article says
    WHEN o.entity_id IS NOT NULL THEN NULL
    WHEN len(p.classes) = 1 THEN p.classes[1]
  END AS speaker_class,
  CASE WHEN k.value IS NOT NULL THEN 'list' WHEN speaker_class IS NOT NULL THEN 'corpus' END AS speaker_class_evidence,
  -- what contradicts itself, or the first name, leaves a doubt
  if(
    len(list_distinct(list_concat(p.genders, p.by_first_name))) = 1, coalesce(p.genders[1], p.by_first_name[1]), NULL
  ) AS speaker_gender,
  CASE
    WHEN speaker_gender IS NULL THEN NULL
    WHEN len(p.genders) = 1 THEN 'text'
    ELSE 'name'
  END AS speaker_gender_evidence
FROM people AS p
LEFT JOIN known_classes AS k USING (entity_id)
LEFT JOIN (SELECT DISTINCT entity_id FROM known_offices) AS o ON o.entity_id = p.entity_id
WHERE speaker_class IS NOT NULL OR speaker_gender IS NOT NULL
UNION ALL
SELECT entity_id, article_id, min(value), 'text', NULL, NULL
FROM evidence
WHERE kind IN ('class', 'class_here')
GROUP BY entity_id, article_id
HAVING count(DISTINCT value) = 1;
CREATE OR REPLACE TEMP TABLE old_traits AS
SELECT rowid AS row_no, t::VARCHAR AS traits
FROM core.person_traits AS t
WHERE rowid IN (SELECT rowid FROM core.person_traits WHERE entity_id IN (FROM described_people));
DELETE FROM core.person_traits
WHERE rowid IN (SELECT row_no FROM old_traits WHERE traits NOT IN (SELECT n::VARCHAR FROM new_traits AS n));
INSERT INTO core.person_traits
FROM new_traits AS n WHERE n::VARCHAR NOT IN (SELECT traits FROM old_traits);
DELETE FROM ops.changed_people;
