-- The names and the small words of changed articles, and with them those of all articles. Rows of these articles are
-- looked up by their numbers, for which only ids are read: a join with the articles would read the texts of all.
--
-- $everyday: words that are small in any case
-- changed_names: of changed.sql, and with it the names that the articles have now
-- old_names: what the corpus knew of them
-- new_uses: the names that these articles have
-- name_uses: which articles have them
-- changed_words: words that they write small, 1 each, or did before, -1 each
-- current_texts: their texts
-- words_left: the new counts of changed words

CREATE OR REPLACE TEMP TABLE changed_words AS
SELECT unnest(words) AS word, -1 AS n
FROM core.article_words
WHERE rowid IN (SELECT rowid FROM core.article_words WHERE article_id IN (FROM ops.uncompared));
DELETE FROM core.article_words WHERE article_id IN (FROM ops.uncompared);
CREATE OR REPLACE TEMP TABLE current_texts AS
SELECT m.article_id, m.source_id, m.day, m.version_id, v.body_text
FROM mart.article_metadata AS m
JOIN core.article_versions AS v USING (version_id)
WHERE m.article_row IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM ops.uncompared))
  AND v.rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (FROM ops.uncompared));

CREATE OR REPLACE TEMP TABLE new_uses AS
WITH changed_mentions AS MATERIALIZED (
  FROM core.entity_mentions
  WHERE rowid IN (SELECT rowid FROM core.entity_mentions WHERE article_id IN (FROM ops.uncompared))
), mentions AS (
  SELECT t.article_id, m.entity_id, m.entity_type AS kind, m.entity_name AS name,
    core.is_ruled(m.rule_id) AS is_ruled,
    CASE WHEN m.mention_type <> 'name' AND lower(m.text) <> lower(m.entity_name) THEN lower(m.text) END AS form,
    CASE m.mention_type WHEN 'name' THEN substr(t.body_text, m.char_end + 1, 5) ELSE '' END AS after,
    CASE m.mention_type
      WHEN 'name' THEN substr(t.body_text, greatest(m.char_start - 24, 0) + 1, least(m.char_start, 24))
      ELSE ''
    END AS before
  FROM changed_mentions AS m
  JOIN current_texts AS t USING (version_id)
  WHERE m.mention_type IN ('name', 'short_name', 'acronym')
), changed_quotes AS MATERIALIZED (
  FROM core.quotes WHERE rowid IN (SELECT rowid FROM core.quotes WHERE article_id IN (FROM ops.uncompared))
), quotes AS (
  SELECT * FROM changed_quotes SEMI JOIN current_texts USING (version_id)
), found AS (
  SELECT article_id, entity_id, kind, name, 1 AS n, is_ruled, form,
    regexp_matches(after, '^ \(\d\d\)') OR regexp_matches(before, '\b(?:Pak|Bu|Bapak|Ibu|Prof|[Dd]r|KH|Hj?|Usta[dz]z?|'
      || 'AKP|AKBP|Kombes|Kompol|I[pt]da|Iptu|Aip[dt][au]|Brip\w+|\w+jen|Letkol|Mayor)\.? $') AS is_acting
  FROM mentions
  UNION ALL
  SELECT article_id, speaker_entity_id, CASE resolution WHEN 'organization' THEN 'organization' ELSE 'person' END,
    speaker_name, 0, TRUE, NULL, TRUE
  FROM quotes
  WHERE speaker_entity_id IS NOT NULL AND speaker_name IS NOT NULL
  UNION ALL
  SELECT article_id, affiliation_entity_id, 'organization', speaker_affiliation, 0, TRUE, NULL, FALSE
  FROM quotes
  WHERE affiliation_entity_id IS NOT NULL
  UNION ALL
  SELECT article_id, entity_id, NULL, NULL, 0, FALSE, NULL, TRUE
  FROM core.name_evidence
  SEMI JOIN current_texts USING (article_id)
  WHERE kind = 'office'
)
SELECT f.article_id, any_value(t.source_id) AS source_id, any_value(t.day) AS day, f.entity_id,
  arg_max(f.kind, (f.n, f.kind)) AS kind, max(f.name) AS name, sum(f.n)::INTEGER AS n_mentions,
  bool_or(f.is_ruled) AS is_ruled, bool_or(f.is_acting) AS is_acting,
  coalesce(list_sort(list(DISTINCT f.form) FILTER (f.form IS NOT NULL)), []) AS forms
FROM found AS f
JOIN current_texts AS t USING (article_id)
GROUP BY f.article_id, f.entity_id
HAVING min(f.name) IS NOT NULL;
INSERT INTO core.article_names BY NAME FROM new_uses;

INSERT INTO changed_names
FROM (
  SELECT entity_id FROM new_uses
  UNION
  SELECT entity_id FROM core.name_evidence SEMI JOIN ops.uncompared USING (article_id) WHERE kind = 'role'
)
ANTI JOIN changed_names USING (entity_id);
INSERT INTO ops.changed_people FROM changed_names ANTI JOIN ops.changed_people USING (entity_id);
CREATE OR REPLACE TEMP TABLE old_names AS FROM core.names SEMI JOIN changed_names USING (entity_id);
CREATE OR REPLACE TEMP TABLE name_uses AS
SELECT entity_id, source_id, day, kind, name, is_ruled, is_acting, forms
FROM core.article_names
WHERE rowid IN (SELECT rowid FROM core.article_names WHERE entity_id IN (FROM changed_names));
DELETE FROM core.names WHERE entity_id IN (FROM changed_names);
INSERT INTO core.names BY NAME
SELECT entity_id, min(kind) AS kind, max(name) AS name, count(*) AS n_articles, count(DISTINCT source_id) AS n_outlets,
  count(*) FILTER (is_ruled) AS n_ruled, count(*) FILTER (is_acting) AS n_acting,
  min(day) AS first_day, max(day) AS last_day, FALSE AS is_listed,
  n_ruled > 2 OR count(DISTINCT source_id) FILTER (is_ruled) > 1 AS has_corpus_witness
FROM name_uses
GROUP BY entity_id;
DELETE FROM core.name_forms WHERE entity_id IN (FROM changed_names);
INSERT INTO core.name_forms BY NAME
SELECT entity_id, form, count(*) AS n_articles, count(DISTINCT source_id) AS n_outlets
FROM (SELECT entity_id, source_id, unnest(forms) AS form FROM name_uses)
GROUP BY ALL;

INSERT INTO core.article_words
SELECT article_id, list_sort(list(word)) AS words
FROM (
  SELECT DISTINCT article_id,
    unnest(string_split(translate(body_text, chr(10) || '.,;:!?()"“”', repeat(' ', 12)), ' ')) AS word
  FROM current_texts
)
ANTI JOIN (SELECT unnest($everyday::VARCHAR[]) AS word) USING (word)
WHERE length(word) > 2 AND regexp_full_match(word, '\p{Ll}[\p{Ll}-]*')
GROUP BY article_id;
INSERT INTO changed_words
SELECT unnest(words), 1
FROM core.article_words
WHERE rowid IN (SELECT rowid FROM core.article_words WHERE article_id IN (FROM ops.uncompared));
CREATE OR REPLACE TEMP TABLE words_left AS
SELECT word, sum(n)::INTEGER AS n_articles
FROM (
  SELECT word, n FROM changed_words
  UNION ALL
  SELECT word, n_articles FROM core.small_words SEMI JOIN changed_words USING (word)
)
GROUP BY word;
DELETE FROM core.small_words WHERE word IN (SELECT word FROM words_left);
INSERT INTO core.small_words FROM words_left WHERE n_articles > 0;
