-- Addresses of the explorer's pages, each with its kind: of each kind enough that no page is asked for often.
WITH words AS (
  SELECT word, sum(len(text_nos)) AS n
  FROM ops.words
  JOIN ops.word_postings USING (word_id)
  WHERE regexp_full_match(word, '[a-z]{5,}')
  GROUP BY word
  ORDER BY n DESC, word
  LIMIT 40
),

phrases AS (
  SELECT array_to_string(string_split(body_text, ' ')[4:5], ' ') AS phrase
  FROM core.article_versions USING SAMPLE 40 ROWS (RESERVOIR, 7)
),

entities AS (
  SELECT entity_id, entity_type, row_number() OVER (PARTITION BY entity_type ORDER BY count(*) DESC, entity_id) AS place
  FROM core.entity_mentions
  ANTI JOIN (FROM core.identities WHERE rule_id = 'identity.local') USING (entity_id) -- has no page
  GROUP BY entity_id, entity_type
),

names AS (
  SELECT entity_id, entity_type
  FROM entities
  WHERE place <= 20 OR place % 1013 = 0
  QUALIFY row_number() OVER (PARTITION BY entity_type ORDER BY place) <= 40
),

events AS (
  SELECT event_id
  FROM core.article_events
  GROUP BY event_id
  HAVING count(*) > 1
),

months AS (
  SELECT unnest(range(min(date_published)::DATE, max(date_published)::DATE, INTERVAL 30 DAY))::DATE AS day
  FROM core.articles
),

compared_events AS (
  SELECT DISTINCT event_id FROM mart.figure_comparisons
),

utterances AS (
  SELECT article_id, left(sha256(trim(regexp_replace(text, '\s+', ' ', 'g'))), 12) AS quote_key
  FROM mart.quotes
  WHERE speaker_entity_id IS NOT NULL
  USING SAMPLE 40 ROWS (RESERVOIR, 7)
),

lists AS (
  SELECT
    unnest([
      'articles', 'quotes', 'figures', 'mentions', 'copies', 'edits', 'events', 'comparisons', 'people',
      'organizations', 'topics', 'outlets', 'questions'
    ]) AS name
)

SELECT 'overview' AS kind, '/' AS path
UNION ALL
SELECT 'overview of an outlet', '/?source=' || source_id FROM core.sources
UNION ALL
SELECT 'overview of a topic', '/?topic=' || topic_id FROM ref.topics
UNION ALL
SELECT 'overview of a month', '/?since=' || day || '&until=' || day + 29 FROM months
UNION ALL
(SELECT 'article', '/article/' || article_id FROM core.articles USING SAMPLE 40 ROWS (RESERVOIR, 7))
UNION ALL
SELECT 'outlet', '/outlet/' || source_id FROM core.sources
UNION ALL
SELECT 'search', '/search?q=' || word FROM words
UNION ALL
SELECT 'phrase', '/search?by=month&q=' || url_encode('"' || phrase || '"') FROM phrases
UNION ALL
SELECT CASE entity_type WHEN 'person' THEN 'person' ELSE 'body' END, '/entity/' || entity_id
FROM names
WHERE entity_type IN ('person', 'organization')
UNION ALL
(SELECT 'event', '/event/' || event_id FROM events USING SAMPLE 40 ROWS (RESERVOIR, 7))
UNION ALL
SELECT 'topic', '/topic/' || topic_id FROM ref.topics
UNION ALL
SELECT 'list of ' || name, '/' || name FROM lists
UNION ALL
SELECT 'list, page 100', '/' || name || '?page=100' FROM (VALUES ('articles'), ('quotes'), ('mentions')) AS l (name)
UNION ALL
SELECT 'two searches', '/compare?q1=' || first.word || '&q2=' || second.word
FROM (SELECT row_number() OVER () AS n, word FROM words) AS first
JOIN (SELECT row_number() OVER () AS n, word FROM words) AS second ON second.n = first.n + 1
UNION ALL
SELECT 'places', '/places'
UNION ALL
(
  SELECT 'life of a number', '/event/' || event_id || '/figures'
  FROM compared_events USING SAMPLE 40 ROWS (RESERVOIR, 7)
)
UNION ALL
SELECT 'utterance', '/utterance/' || article_id || '/' || quote_key FROM utterances
UNION ALL
SELECT 'question ' || name, '/questions/' || name FROM (VALUES ('speakers'), ('figures')) AS q (name);
