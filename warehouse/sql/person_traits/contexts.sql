-- Where articles name people, with the text before and behind, as far as to the person named before or after; `client`:
-- with the person named before, if only a comma is between the two.
--
-- articles_to_describe: the changed ones; all of them after an upgrade, and once genders are turned on. What was read
-- of genders is removed when they are turned off, also from the file
-- outdated_kinds: kinds of evidence that all articles have to give anew, or no longer. `link names` has removed what
-- changed articles said before
-- described_texts: their texts

CREATE OR REPLACE TEMP TABLE outdated_kinds AS
SELECT kind
FROM (SELECT unnest(['also_called', 'office', 'role', 'class', 'class_here', 'gender', 'first_name']) AS kind)
WHERE EXISTS (FROM ops.steps_due WHERE step = 'describe_people' OR step = 'read_genders' AND $gender)
  OR kind IN ('gender', 'first_name') AND NOT $gender AND NOT EXISTS (FROM ops.steps_due WHERE step = 'read_genders');
CREATE OR REPLACE TEMP TABLE articles_to_describe AS
FROM ops.uncompared
UNION
SELECT article_id
FROM core.articles
WHERE EXISTS (FROM ops.steps_due WHERE step = 'describe_people' OR step = 'read_genders' AND $gender);
DELETE FROM ops.steps_due WHERE step = 'describe_people' OR step = 'read_genders' AND $gender;
INSERT INTO ops.steps_due
SELECT 'drop_history', NULL
WHERE NOT $gender
  AND EXISTS (FROM core.name_evidence WHERE kind IN ('gender', 'first_name'))
  AND NOT EXISTS (FROM ops.steps_due WHERE step = 'drop_history');
INSERT INTO ops.steps_due
SELECT 'read_genders', NULL
WHERE NOT $gender AND EXISTS (FROM core.articles) AND NOT EXISTS (FROM ops.steps_due WHERE step = 'read_genders');
INSERT INTO ops.changed_people
FROM (SELECT DISTINCT entity_id FROM core.name_evidence SEMI JOIN outdated_kinds USING (kind))
ANTI JOIN ops.changed_people USING (entity_id);
DELETE FROM core.name_evidence WHERE kind IN (FROM outdated_kinds) AND kind NOT IN ('also_called', 'office', 'role');
CREATE OR REPLACE TEMP TABLE described_texts AS
SELECT m.article_id, m.day, m.version_id, v.body_text
FROM mart.article_metadata AS m
JOIN core.article_versions AS v USING (version_id)
WHERE m.article_row IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM articles_to_describe))
  AND v.rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (FROM articles_to_describe));
WITH changed_mentions AS MATERIALIZED (
  FROM core.entity_mentions
  WHERE rowid IN (SELECT rowid FROM core.entity_mentions WHERE article_id IN (FROM articles_to_describe))
), mentions AS (
  SELECT c.article_id, c.day, c.version_id, m.entity_id, m.entity_name, m.char_start, m.char_end,
    coalesce(lag(m.char_end) OVER placed, 0) AS last_end,
    coalesce(lead(m.char_start) OVER placed, m.char_end + 200) AS next_start
  FROM described_texts AS c
  JOIN changed_mentions AS m USING (version_id)
  WHERE m.entity_type = 'person' AND m.mention_type IN ('name', 'short_name')
  WINDOW placed AS (PARTITION BY c.version_id ORDER BY m.char_start)
)
SELECT
  m.article_id,
  m.day,
  m.entity_id,
  m.entity_name,
  substr(
    v.body_text, greatest(m.char_start - 200, m.last_end) + 1, least(200, m.char_start - m.last_end)
  ) AS before,
  substr(v.body_text, m.char_end + 1, least(200, m.next_start - m.char_end)) AS after,
  if(
    m.char_start - m.last_end = 2,
    substr(v.body_text, greatest(m.char_start - 120, 0) + 1, least(m.char_start, 120)),
    ''
  ) AS client
FROM mentions AS m
JOIN described_texts AS v USING (version_id);
