-- The counts of asked words, and what kind of words they are.
--
-- $everyday: those of them that everyday language has
-- asked_words: the words, later those that are stuck to a name
-- asked_keys, asked_names: which names have them
-- changed_counts: the new counts, with the old ones

CREATE OR REPLACE TEMP TABLE asked_keys AS
FROM ops.name_keys WHERE rowid IN (SELECT rowid FROM ops.name_keys WHERE key IN (FROM asked_words));
CREATE OR REPLACE TEMP TABLE asked_names AS
FROM core.names
WHERE rowid IN (SELECT rowid FROM core.names WHERE entity_id IN (SELECT entity_id FROM asked_keys));
CREATE OR REPLACE TEMP TABLE changed_counts AS
WITH uses AS (
  SELECT k.key AS word, n.n_articles, n.n_acting
  FROM asked_keys AS k
  JOIN asked_names AS n USING (entity_id)
  WHERE k.kind IN ('word', 'given') AND NOT k.is_own AND n.kind = 'person'
), counts AS (
  SELECT a.word, count(u.word)::INTEGER AS n_names, coalesce(sum(u.n_articles), 0)::INTEGER AS n_articles,
    (count(*) FILTER (u.n_acting > 0))::INTEGER AS n_people
  FROM asked_words AS a
  LEFT JOIN uses AS u USING (word)
  GROUP BY a.word
), things AS (
  FROM places
  UNION
  SELECT k.key
  FROM asked_keys AS k
  JOIN asked_names AS n USING (entity_id)
  WHERE k.kind = 'name' AND k.is_own AND lower(n.name) = k.key
    AND (n.kind = 'organization' OR n.n_acting = 0 AND NOT contains(n.name, ' '))
), kinds AS (
  SELECT c.*,
    g.word IS NULL AND (
      -- everyday words, but for those of several people, and what most articles write small
      c.word IN (SELECT unnest($everyday::VARCHAR[])) AND c.n_people < 3
      OR coalesce(s.n_articles > 2 AND s.n_articles >= 4 * c.n_articles, FALSE)
    ) AS is_small,
    g.word IS NULL AND t.word IS NOT NULL AS is_thing
  FROM counts AS c
  LEFT JOIN given_names AS g USING (word)
  LEFT JOIN things AS t USING (word)
  LEFT JOIN core.small_words AS s USING (word)
)
SELECT k.*, coalesce(o.n_names, 0) AS n_names_before,
  (k.is_small, k.is_thing) <> (coalesce(o.is_small, FALSE), coalesce(o.is_thing, FALSE)) AS is_other
FROM kinds AS k
LEFT JOIN ops.name_words AS o USING (word);
DELETE FROM ops.name_words WHERE word IN (FROM asked_words);
INSERT INTO ops.name_words BY NAME SELECT * EXCLUDE (n_names_before, is_other) FROM changed_counts;
