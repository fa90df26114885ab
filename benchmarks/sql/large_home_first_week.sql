-- What a load takes from elsewhere: names that many articles share, topics, figures that articles of an event compare.
CREATE TEMP TABLE names AS
SELECT row_number() OVER (ORDER BY entity_id) - 1 AS n, entity_id, entity_name
FROM (
  SELECT DISTINCT entity_id, entity_name
  FROM core.entity_mentions
  WHERE entity_type = 'person'
  ORDER BY entity_id
  LIMIT 20
);

UPDATE core.entity_mentions AS m SET entity_id = c.entity_id, entity_name = c.entity_name
FROM names AS c
WHERE m.mention_no = 5 AND c.n = hash(m.article_id) % 20;

UPDATE core.quotes AS q SET speaker_entity_id = c.entity_id, speaker_name = c.entity_name
FROM names AS c
WHERE q.quote_no = 5 AND c.n = hash(q.article_id) % 20;

INSERT INTO core.entity_mentions BY NAME
SELECT
  version_id, article_id, 8 + quote_no AS mention_no, paragraph_no, affiliation_entity_id AS entity_id,
  'organization' AS entity_type, speaker_affiliation AS entity_name, 'name' AS mention_type, cue AS text,
  cue_start AS char_start, cue_end AS char_end, 'mention.name' AS rule_id
FROM core.quotes
WHERE quote_no IN (1, 3, 5);

INSERT INTO core.article_topics BY NAME
SELECT
  a.current_version_id AS version_id, a.article_id, t.topic_id, 3 AS n_hits, FALSE AS in_headline, 0 AS first_char,
  MAP {'kata': 3} AS matched_terms, 'topic.terms' AS rule_id
FROM core.articles AS a
JOIN (
  SELECT *, row_number() OVER (ORDER BY topic_id) AS n FROM ref.topics
) AS t ON hash(a.article_id) % 24 IN (n, n + 3) OR hash(a.article_id) % 40 = n
ORDER BY a.first_seen_at;

DELETE FROM core.figure_subjects WHERE figure_no <= 3;
INSERT INTO core.figure_subjects BY NAME
SELECT f.article_id, f.version_id, f.figure_no, f.unit AS subject, 'up' AS changes, f.text AS words
FROM core.figures AS f
JOIN core.article_clusters AS c USING (version_id)
WHERE c.is_lead AND f.figure_no <= 3;

-- their names are counted again
INSERT INTO ops.uncompared SELECT article_id FROM core.articles;
