-- What the texts of changed articles say about names, before offices get their full form.
--
-- new_lists: lists that are others, so that all names change
-- compared_before: words of the articles that were read before, as core.article_words has them; there is no other row
-- to look for if there are none
-- old_uses, old_evidence: what the articles said of names before
-- changed_names: names of which the articles say, or said before, something
-- current_texts, changed_mentions, changed_quotes: their texts and facts. Rows are looked up by their numbers, for
-- which only ids are read: a join with the articles would read the texts of all
-- new_evidence: other names after a person's name or a short form of a body; offices before a name, and those of
-- speakers; their roles as written

CREATE OR REPLACE TEMP TABLE compared_before AS
SELECT rowid AS row_no, article_id, words FROM core.article_words
WHERE rowid IN (SELECT rowid FROM core.article_words WHERE article_id IN (FROM ops.uncompared));
CREATE OR REPLACE TEMP TABLE old_uses AS
SELECT rowid AS row_no, entity_id FROM core.article_names WHERE article_id IN (SELECT article_id FROM compared_before);
CREATE OR REPLACE TEMP TABLE old_evidence AS
SELECT rowid AS row_no, entity_id FROM core.name_evidence WHERE article_id IN (SELECT article_id FROM compared_before);
CREATE OR REPLACE TEMP TABLE changed_names AS
SELECT entity_id FROM old_uses
UNION
SELECT entity_id FROM old_evidence
UNION
SELECT entity_id
FROM (
  SELECT entity_id FROM core.article_names
  UNION ALL
  SELECT entity_id FROM core.name_evidence
  UNION ALL
  SELECT entity_id FROM core.identities
)
WHERE EXISTS (FROM new_lists);
DELETE FROM core.article_names WHERE rowid IN (SELECT row_no FROM old_uses);
DELETE FROM core.name_evidence WHERE rowid IN (SELECT row_no FROM old_evidence);
CREATE OR REPLACE TEMP TABLE current_texts AS
SELECT m.article_id, m.source_id, m.day, m.version_id, v.body_text
FROM mart.article_metadata AS m
JOIN core.article_versions AS v USING (version_id)
WHERE m.article_row IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM ops.uncompared))
  AND v.rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (FROM ops.uncompared));
-- with no other condition, which would have all rows read
CREATE OR REPLACE TEMP TABLE changed_mentions AS
FROM core.entity_mentions
WHERE rowid IN (SELECT rowid FROM core.entity_mentions WHERE article_id IN (FROM ops.uncompared));
CREATE OR REPLACE TEMP TABLE changed_quotes AS
FROM core.quotes WHERE rowid IN (SELECT rowid FROM core.quotes WHERE article_id IN (FROM ops.uncompared));
CREATE OR REPLACE TEMP TABLE new_evidence AS
WITH mentions AS (
  SELECT c.article_id, c.day, m.entity_id, m.entity_type, m.entity_name, m.mention_type, m.text,
    substr(c.body_text, m.char_end + 1, 60) AS after,
    substr(c.body_text, greatest(m.char_start - 90, 0) + 1, least(m.char_start, 90)) AS before
  FROM current_texts AS c
  JOIN changed_mentions AS m USING (version_id)
  WHERE m.mention_type IN ('name', 'short_name', 'acronym')
    -- a name that only the tagger sees proves no other
    AND core.is_ruled(m.rule_id)
), brackets AS (
  SELECT *, regexp_extract(after, '^ (?:\(|atau )((?:[A-Z][\w’''-]*\.? ?){1,3})(?:\)|,|$|\b)', 1) AS bracket,
    regexp_extract(
      after,
      '^,? (?:yang |atau )?(?:(?:lebih |juga )?(?:akrab|biasa|kerap|karib|populer) (?:disapa|dipanggil|'
        || 'dikenal(?: sebagai| dengan)?)|alias)(?: dengan)?(?: nama| sapaan)? [“"]?((?:(?:Gus|Cak|Kang|Bang|Bung|'
        || 'Mbah|Mas|Mbak|Pak|Bu|Ning|Tuan Guru|Buya|Abah|Bunda) )?[A-Z][\w’''-]+(?: [A-Z][\w’''-]+)?)',
      1
    ) AS nickname
  FROM mentions
)
SELECT DISTINCT article_id, day, entity_id, 'also_called' AS kind, trim(nickname) AS value
FROM brackets
WHERE entity_type = 'person' AND nickname <> ''
UNION
-- a bracket can hold anything: it counts with the first letters of one of the names, with a title, or with all initials
SELECT article_id, day, entity_id, 'also_called', trim(bracket)
FROM brackets
WHERE entity_type = 'person' AND length(trim(bracket)) > 2 AND (
  list_has_any(
    list_transform(string_split(lower(entity_name), ' '), lambda word: left(word, 3)), [lower(left(bracket, 3))]
  )
    AND NOT list_contains(string_split(entity_name, ' '), trim(bracket))
  OR after LIKE ' (%' AND regexp_matches(bracket, '^(Gus|Cak|Kang|Bung|Ning|Bang|Tuan Guru) ')
  OR trim(bracket) = array_to_string(list_transform(string_split(entity_name, ' '), lambda word: left(word, 1)), '')
)
UNION
SELECT article_id, day, entity_id, 'also_called', text
FROM mentions
WHERE entity_type = 'organization' AND mention_type = 'acronym' AND text <> entity_name AND NOT contains(text, ' ')
UNION
SELECT article_id, day, entity_id, 'office', regexp_replace(regexp_extract(before,
  '(?:^|[^\w])((?:Wakil |Plt\.? |Pj\.? |Pjs\.? )?(?:(?:Presiden|Wapres|Gubernur|Wagub|Bupati|Wabup|Wali ?[Kk]ota|'
    || 'Camat|Lurah|Kepala Desa|Kapolri|Kapolda|Kapolres\w*|Kapolsek|Pangdam|Panglima|Jaksa Agung|Kajati|Kajari|'
    || 'Ketua DPRD|Sekda\w*|Sekretaris Daerah)(?: [A-Z][\w-]*)*?|(?:Menteri|Menko|Men[a-z]{2,9}|Ketua Umum|'
    || 'Kepala (?:Badan|Dinas|Kejaksaan|Kepolisian))(?: [A-Z][\w/-]*,?| dan)*?)),? (?:(?:Sri Sultan|Sultan|I|dr|Dr|'
    || 'Drs|Dra|Ir|H|Hj|KH|Prof|Jenderal|Letjen|Mayjen|Brigjen|Kolonel|Letkol|Mayor|Komjen|Irjen|Kombes|Kompol|AKBP|'
    || 'AKP|Pol|Inf)\.? )*$', 1),
  -- of two people with their offices, the second; a rank before the name is no part of the office
  '^.* dan ((?:Wakil |Plt |Pj )?(?:Presiden|Menteri|Gubernur|Bupati|Wali|Kapol|Kaja|Panglima|Ketua|Kepala|'
    || 'Sekretaris|Sekda).*)$', '\1')
FROM mentions
WHERE entity_type = 'person'
  AND mention_type = 'name'
  AND NOT regexp_matches(before, '(?i)\b(?:mantan|eks|calon|bakal|istri|suami|jubir|bicara|ajudan|staf) [\w ,]{0,60}$')
UNION
SELECT c.article_id, c.day, q.speaker_entity_id, 'office', concat_ws(' ', q.speaker_role, q.speaker_affiliation)
FROM current_texts AS c
JOIN changed_quotes AS q USING (version_id)
WHERE q.speaker_entity_id IS NOT NULL AND q.speaker_name IS NOT NULL AND q.speaker_role IS NOT NULL
UNION
SELECT c.article_id, c.day, '', 'role', q.speaker_role
FROM current_texts AS c
JOIN changed_quotes AS q USING (article_id)
WHERE q.speaker_role IS NOT NULL;
DELETE FROM new_evidence WHERE kind <> 'role' AND (value = '' OR value LIKE '% dan');
SELECT DISTINCT kind, value FROM new_evidence WHERE kind IN ('office', 'role');
