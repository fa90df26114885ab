-- The names and the small words of changed articles.
--
-- $everyday: words that are small in any case
-- compared_before, current_texts, changed_mentions, changed_quotes: of changed.sql
-- current_evidence: of evidence.sql
-- changed_names: of changed.sql, and with it the names that the articles have now
-- new_uses: the names that these articles have
-- new_words: words that the articles write small
-- changed_words: 1 each, and -1 each of those that they wrote small before
-- words_left: the new counts of changed words
-- found_words: words to count, to which keys.sql adds those of the names
-- crossing: the names that 50 articles have now, or no longer; counts.sql fills it
-- lost_keys: keys of names that are no more; keys.sql and compare.sql fill it

CREATE OR REPLACE TEMP TABLE new_uses AS
WITH mentions AS (
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
  FROM current_evidence
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
  SELECT entity_id FROM current_evidence WHERE kind = 'role'
)
ANTI JOIN changed_names USING (entity_id);
INSERT INTO ops.changed_people FROM changed_names ANTI JOIN ops.changed_people USING (entity_id);
CREATE OR REPLACE TEMP TABLE new_words AS
FROM (
  SELECT DISTINCT article_id,
    unnest(string_split(translate(body_text, chr(10) || '.,;:!?()"“”', repeat(' ', 12)), ' ')) AS word
  FROM current_texts
)
ANTI JOIN (SELECT unnest($everyday::VARCHAR[]) AS word) USING (word)
WHERE length(word) > 2 AND regexp_full_match(word, '\p{Ll}[\p{Ll}-]*');
DELETE FROM core.article_words WHERE rowid IN (SELECT row_no FROM compared_before);
-- an article without such words has a row too, by which it counts as read
INSERT INTO core.article_words
SELECT article_id, coalesce(list_sort(list(word) FILTER (word IS NOT NULL)), []) AS words
FROM current_texts
LEFT JOIN new_words USING (article_id)
GROUP BY article_id;
CREATE OR REPLACE TEMP TABLE changed_words AS
SELECT word, 1 AS n FROM new_words
UNION ALL
SELECT unnest(words), -1 FROM compared_before;
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
CREATE OR REPLACE TEMP TABLE found_words AS SELECT word FROM words_left SEMI JOIN ops.name_words USING (word);
CREATE OR REPLACE TEMP TABLE crossing (entity_id VARCHAR);
CREATE OR REPLACE TEMP TABLE lost_keys (row_no BIGINT, key VARCHAR);
