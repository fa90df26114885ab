-- Names that stand for another, by what the whole corpus says of both; and names that are no name, or of another kind.
--
-- linked_names, person_names, body_names, name_parts, glued_words, other_spellings: of compare.sql
-- given_names, places: of macros.sql
-- $first_words, $first_kinds: first words that tell what a name is; $last_words: last words of bodies
-- name_words: the words of these names, with how many names and acting people of the whole corpus have each
-- small_name_words: words that are no names; small_extras: runs of such words, bodies and places
-- rare_words: names of one rare word that an article uses for a longer one; company: the names in the articles of both
-- given_extras: words before a name, with a given name among them
-- families: names whose rarest word is in no longer name but those of which they are a part, and in their own parts
-- proposals: the result; proposed.sql has the best of each name and rule

CREATE OR REPLACE TEMP TABLE name_words AS
FROM ops.name_words
WHERE n_names > 0 AND word IN (
  SELECT unnest(list_concat(words, list_transform(words, lambda word: spelling(word)))) FROM person_names
);
CREATE OR REPLACE TEMP TABLE small_name_words AS SELECT word FROM ops.name_words WHERE is_small;
CREATE OR REPLACE TEMP TABLE small_extras AS
SELECT extra
FROM (SELECT DISTINCT extra, unnest(extra) AS word FROM name_parts)
LEFT JOIN (SELECT word, TRUE AS is_small FROM small_name_words) USING (word)
GROUP BY extra
HAVING count(*) = count(is_small)
UNION
SELECT [word] FROM ops.name_words WHERE is_thing;
CREATE OR REPLACE TEMP TABLE given_extras AS
SELECT DISTINCT extra
FROM (SELECT DISTINCT extra, unnest(extra) AS word FROM name_parts WHERE place = 'front')
SEMI JOIN given_names USING (word);
CREATE OR REPLACE TEMP TABLE families AS
WITH kin AS (
  SELECT part_id AS entity_id FROM name_parts
  UNION ALL
  SELECT longer_id FROM name_parts JOIN person_names AS p ON p.entity_id = part_id WHERE len(p.words) > 1
), sizes AS (
  SELECT entity_id, count(*) AS n_kin FROM kin GROUP BY entity_id
)
SELECT entity_id
FROM (SELECT entity_id, len(words) > 1 AS is_full, unnest(words) AS word FROM person_names)
JOIN sizes AS s USING (entity_id)
JOIN name_words USING (word)
WHERE length(word) > 2
GROUP BY entity_id
HAVING min(n_names) <= any_value(s.n_kin + is_full::INTEGER);

CREATE OR REPLACE TEMP TABLE proposals (
  entity_id VARCHAR, target VARCHAR, rule_id VARCHAR, evidence VARCHAR, kind VARCHAR, weight INTEGER
);
INSERT INTO proposals
WITH parts AS (
  SELECT p.place, l.entity_id AS longer_id, l.name AS longer, l.n_articles AS n_longer, l.is_listed AS is_longer_listed,
    s.entity_id AS part_id, s.name AS part, s.n_articles AS n_part, s.is_listed AS is_part_listed,
    len(s.words) > 1 AS is_full, s.key NOT IN (FROM given_names) AND s.n_acting > 0 AS is_somebody,
    s.entity_id IN (FROM families) AS is_family, length(p.extra[1]) = 1 AS is_initial,
    g.extra IS NOT NULL AS has_given_name,
    p.extra IN (FROM small_extras) OR s.is_listed AND p.place = 'front' AND NOT has_given_name AS is_glued
  FROM name_parts AS p
  JOIN person_names AS l ON l.entity_id = p.longer_id
  JOIN person_names AS s ON s.entity_id = p.part_id
  LEFT JOIN given_extras AS g ON g.extra = p.extra AND p.place = 'front'
  WHERE NOT list_has_any(p.extra, ['jr', 'sr', 'bin', 'binti']) AND NOT (p.place = 'front' AND list_has_any(
    p.extra, ['putra', 'putri', 'istri', 'suami', 'anak', 'adik', 'kakak', 'ibu', 'ayah', 'cucu', 'keluarga']
  ))
)
SELECT longer_id, part, 'identity.glued', part, NULL, n_part
FROM parts
WHERE is_glued AND place <> 'middle' AND (is_full OR place = 'front' AND is_somebody)
UNION ALL
SELECT g.longer_id, s.name, 'identity.glued', s.name, NULL, s.n_articles
FROM glued_words AS g
JOIN person_names AS s ON s.entity_id = g.part_id
WHERE g.extra IN (FROM small_name_words)
UNION ALL
SELECT CASE WHEN is_part_first THEN longer_id ELSE part_id END, target, 'identity.part', target, NULL,
  greatest(n_part, n_longer)
FROM (
  SELECT *, is_initial OR n_part > n_longer OR n_part = n_longer AND place = 'front' AS is_usual,
    (is_part_listed, is_usual) > (is_longer_listed, FALSE) AS is_part_first,
    CASE WHEN is_part_first THEN part ELSE longer END AS target
  FROM parts
)
WHERE is_full AND is_family AND NOT is_glued AND NOT has_given_name;
-- a rare word alone that an article uses for the longer name, in the same week and company
CREATE OR REPLACE TEMP TABLE rare_words AS
SELECT s.entity_id, l.entity_id AS longer_id, l.name, l.n_articles
FROM name_parts AS p
JOIN person_names AS l ON l.entity_id = p.longer_id
JOIN person_names AS s ON s.entity_id = p.part_id
JOIN core.name_forms AS f ON f.entity_id = l.entity_id AND f.form = s.key
WHERE len(s.words) = 1
  AND s.entity_id IN (FROM families)
  AND s.key NOT IN (FROM given_names)
  AND p.extra NOT IN (FROM small_extras)
  AND s.first_day <= l.last_day + INTERVAL 7 DAY AND l.first_day <= s.last_day + INTERVAL 7 DAY;
CREATE OR REPLACE TEMP TABLE company AS
WITH names AS MATERIALIZED (
  SELECT entity_id, article_id FROM core.article_names
  WHERE rowid IN (
    SELECT rowid FROM core.article_names
    WHERE entity_id IN (SELECT entity_id FROM rare_words UNION SELECT longer_id FROM rare_words)
  )
), others AS MATERIALIZED (
  SELECT entity_id, article_id FROM core.article_names
  WHERE rowid IN (SELECT rowid FROM core.article_names WHERE article_id IN (SELECT article_id FROM names))
)
SELECT a.entity_id, a.article_id, beside.entity_id AS beside_id
FROM names AS a
JOIN others AS beside USING (article_id);
INSERT INTO proposals
SELECT entity_id, name, 'identity.part', name, NULL, n_articles
FROM rare_words AS r
WHERE EXISTS (
  FROM company AS mine
  JOIN core.names AS n ON n.entity_id = mine.beside_id AND n.n_articles < 50
  JOIN company AS theirs ON theirs.beside_id = mine.beside_id AND theirs.article_id <> mine.article_id
  WHERE mine.entity_id = r.entity_id AND theirs.entity_id = r.longer_id AND mine.beside_id <> r.entity_id
);
-- another spelling: not of two given names, unless the rest of the name is in no third one
INSERT INTO proposals
SELECT a.entity_id, b.name, 'identity.variant', b.name, NULL, b.n_articles
FROM other_spellings AS o
JOIN person_names AS a ON a.entity_id = o.entity_id
JOIN person_names AS b ON b.entity_id = o.other_id
LEFT JOIN name_words AS w ON w.word = o.word
LEFT JOIN name_words AS v ON v.word = o.other_word
WHERE (b.is_listed, b.n_articles, coalesce(v.n_names, 0), length(b.name), b.name)
  > (a.is_listed, a.n_articles, coalesce(w.n_names, 0), length(a.name), a.name) AND (
  o.is_same OR o.word NOT IN (FROM given_names) OR o.other_word NOT IN (FROM given_names)
  OR list_has_any(
    o.others,
    (SELECT list(word) FROM name_words ANTI JOIN given_names USING (word) WHERE n_names = 2 AND length(word) > 4)
  )
);
-- bodies with and without PT, Tbk, RI, FC or their acronym in brackets, and with a letter too many
INSERT INTO proposals
SELECT a.entity_id, b.name, 'identity.body', b.name, NULL, b.n_articles
FROM body_names AS a
JOIN body_names AS b ON b.entity_id <> a.entity_id AND b.key = a.key
WHERE (b.is_listed, b.n_articles, b.name) > (a.is_listed, a.n_articles, a.name)
UNION ALL
SELECT a.entity_id, b.name, 'identity.variant', b.name, NULL, b.n_articles
FROM body_gaps AS a
JOIN body_gaps AS b USING (i, others)
WHERE (b.is_listed, b.n_articles, b.name) > (a.is_listed, a.n_articles, a.name)
  AND damerau_levenshtein(a.word, b.word) = 1;
-- a bare word that articles use for one name nearly always
INSERT INTO proposals
WITH targets AS (
  SELECT entity_id, arg_max(target, (weight, target)) AS target FROM proposals GROUP BY entity_id
), uses AS (
  SELECT f.form, n.kind, coalesce(p.target, n.name) AS name, sum(f.n_articles)::INTEGER AS n_articles,
    max(f.n_outlets) AS n_outlets, min(n.first_day) AS first_day, max(n.last_day) AS last_day
  FROM core.name_forms AS f
  JOIN linked_names AS n USING (entity_id)
  LEFT JOIN targets AS p USING (entity_id)
  GROUP BY f.form, n.kind, coalesce(p.target, n.name)
), forms AS (
  SELECT *, sum(n_articles) OVER (PARTITION BY form) AS n_uses FROM uses
)
SELECT b.entity_id, f.name, 'identity.bare', concat(f.n_articles, ' of ', f.n_uses, ' articles'),
  CASE WHEN f.kind <> b.kind AND b.kind <> 'unknown' THEN f.kind END, f.n_articles
FROM (SELECT *, unnest([form, 'pt ' || form]) AS spelled FROM forms) AS f
JOIN linked_names AS b ON lower(b.name) = f.spelled AND b.name <> f.name
WHERE b.kind IN ('person', 'unknown', f.kind)
  AND f.n_articles >= CASE WHEN f.form IN (FROM given_names) THEN greatest(4, 7 - f.n_outlets) ELSE 3 END
  AND f.n_outlets > 1
  AND f.n_articles >= 0.9 * f.n_uses
  AND b.first_day <= f.last_day + INTERVAL 400 DAY AND f.first_day <= b.last_day + INTERVAL 400 DAY;
-- a name that more articles give to another kind of thing, or whose first or last word tells the kind
INSERT INTO proposals
SELECT p.entity_id, b.name, 'identity.kind', concat(b.n_ruled, ' articles name a body so'), 'organization',
  b.n_articles
FROM linked_names AS p
JOIN body_names AS b ON b.company = lower(p.name)
ANTI JOIN given_names AS g ON g.word = lower(p.name)
WHERE p.kind IN ('person', 'unknown') AND b.n_ruled > 0 AND 2 * b.n_ruled >= p.n_ruled
  AND b.n_ruled >= p.n_acting + contains(p.name, ' ')::INTEGER
  AND (length(p.name) > 3 OR b.n_ruled > 1)
UNION ALL
SELECT b.entity_id, p.name, 'identity.kind', concat(p.n_acting, ' articles name a person so'), 'person', p.n_articles
FROM body_names AS b
JOIN linked_names AS p ON lower(p.name) = lower(b.name) AND p.kind = 'person'
LEFT JOIN given_names AS g ON g.word = lower(p.name)
WHERE p.n_acting >= b.n_ruled + 1 - (g.word IS NOT NULL OR contains(p.name, ' '))::INTEGER
UNION ALL
SELECT entity_id, name, 'identity.kind', 'its last word', 'organization', n_articles
FROM person_names
WHERE len(words) > 1 AND words[-1] IN (SELECT unnest($last_words::VARCHAR[]))
UNION ALL
SELECT n.entity_id, n.name, 'identity.kind', 'its first word', k.kind, n.n_articles
FROM linked_names AS n
JOIN (SELECT unnest($first_words::VARCHAR[]) AS word, unnest($first_kinds::VARCHAR[]) AS kind) AS k
  ON k.word = string_split(n.name, ' ')[1]
WHERE contains(n.name, ' ')
UNION ALL
SELECT n.entity_id, n.name, 'identity.kind', 'a place has this name', 'place', n.n_articles
FROM linked_names AS n
JOIN places AS p ON p.word = lower(n.name)
ANTI JOIN given_names AS g ON g.word = p.word
WHERE n.n_acting = 0 AND NOT n.is_listed;
-- degrees, and words that are small elsewhere, of somebody who does nothing
INSERT INTO proposals
SELECT entity_id, name, 'identity.none', 'a degree', 'none', n_articles
FROM person_names
WHERE n_acting = 0 AND upper(name) = name AND replace(key, ' ', '') IN (SELECT lower(unnest($degrees::VARCHAR[])))
UNION ALL
SELECT entity_id, name, 'identity.none', 'words that are small elsewhere', 'none', n_articles
FROM (SELECT entity_id, name, n_articles, unnest(words) AS word FROM person_names WHERE n_acting * 3 < n_articles)
LEFT JOIN (SELECT word, TRUE AS is_small FROM small_name_words) USING (word)
GROUP BY entity_id, name, n_articles
HAVING count(*) = count(is_small);
-- two bodies in one name, and the second half of a number
INSERT INTO proposals
SELECT entity_id, name, 'identity.none', 'no body, or two of them', 'none', n_articles
FROM (SELECT *, string_split(regexp_replace(lower(name), ' dan |/', '|'), '|') AS halves FROM body_names)
WHERE regexp_matches(name, '^[IVX]+ ')
  OR len(halves) = 2 AND NOT is_listed AND halves[1] IN (SELECT lower(name) FROM body_names)
    AND halves[2] IN (SELECT lower(name) FROM body_names);
