-- What the corpus knows of part_names: old_names is what it knew before, new_names what it knows now.
--
-- $kinds, $keys: the kind and the key of each spelling in the lists of known names
-- name_uses, changed_evidence: which articles have these names, and what they say of them

CREATE OR REPLACE TEMP TABLE old_names AS
SELECT rowid AS row_no, * FROM core.names
WHERE rowid IN (SELECT rowid FROM core.names WHERE entity_id IN (FROM part_names));
CREATE OR REPLACE TEMP TABLE name_uses AS
SELECT entity_id, source_id, day, kind, name, is_ruled, is_acting, forms
FROM core.article_names
WHERE rowid IN (SELECT rowid FROM core.article_names WHERE entity_id IN (FROM part_names));
CREATE OR REPLACE TEMP TABLE new_names AS
SELECT entity_id, min(kind) AS kind, max(name) AS name, count(*) AS n_articles, count(DISTINCT source_id) AS n_outlets,
  count(*) FILTER (is_ruled) AS n_ruled, count(*) FILTER (is_acting) AS n_acting,
  min(day) AS first_day, max(day) AS last_day, FALSE AS is_listed,
  n_ruled > 2 OR count(DISTINCT source_id) FILTER (is_ruled) > 1 AS has_corpus_witness
FROM name_uses
GROUP BY entity_id;
UPDATE new_names
SET is_listed = TRUE
WHERE entity_id IN (
  SELECT entity_id
  FROM new_names AS n
  JOIN (SELECT unnest($kinds::VARCHAR[]) AS kind, unnest($keys::VARCHAR[]) AS key) AS k
    ON k.kind = CASE n.kind WHEN 'unknown' THEN 'person' ELSE n.kind END
    AND k.key = trim(regexp_replace(translate(lower(n.name), '.’‘`', ' '''''''), '\s+', ' ', 'g'))
);
DELETE FROM core.names WHERE rowid IN (SELECT row_no FROM old_names);
INSERT INTO core.names BY NAME FROM new_names;
CREATE OR REPLACE TEMP TABLE changed_evidence AS
SELECT DISTINCT entity_id, kind, value
FROM core.name_evidence
WHERE rowid IN (
  SELECT rowid FROM core.name_evidence
  WHERE entity_id IN (FROM part_names) AND kind IN ('also_called', 'office', 'role')
);
DELETE FROM core.name_forms WHERE entity_id IN (FROM part_names);
INSERT INTO core.name_forms BY NAME
SELECT entity_id, form, count(*) AS n_articles, count(DISTINCT source_id) AS n_outlets
FROM (SELECT entity_id, source_id, unnest(forms) AS form FROM name_uses)
GROUP BY ALL;
INSERT INTO crossing
SELECT entity_id FROM old_names AS o FULL JOIN new_names AS n USING (entity_id)
WHERE (coalesce(o.n_articles, 0) < 50) <> (coalesce(n.n_articles, 0) < 50);
