-- People in the news: how often they are named (by confirmed mentions) and quoted, in the current versions.
CREATE OR REPLACE VIEW mart.people AS
WITH mention_counts AS (
  SELECT entity_id, core.one_spelling(entity) AS person, count(*) AS n_mentions,
    count(DISTINCT article_id) AS n_articles, count(DISTINCT source_name) AS n_outlets,
    min(day) AS first_day, max(day) AS last_day
  FROM mart.mentions
  WHERE kind = 'person' AND is_confirmed
  GROUP BY entity_id
), quote_counts AS (
  SELECT speaker_entity_id AS entity_id, count(*) AS n_statements,
    count(*) FILTER (quote_type = 'direct') AS n_direct_quotes,
    sum(word_count) FILTER (quote_type = 'direct') AS quoted_words,
    count(DISTINCT article_id) AS n_quoting, mode(speaker_class) AS speaker_class
  FROM mart.quotes
  WHERE cue_class IS DISTINCT FROM 'attitude'
  GROUP BY speaker_entity_id
), offices AS (
  SELECT entity_id,
    arg_max({role: speaker_role, body: speaker_affiliation, n: n}, (n, speaker_role, speaker_affiliation)) AS office
  FROM (
    SELECT speaker_entity_id AS entity_id, speaker_role, speaker_affiliation, count(DISTINCT article_id) AS n
    FROM mart.quotes
    WHERE cue_class IS DISTINCT FROM 'attitude' AND coalesce(speaker_role, speaker_affiliation) IS NOT NULL
      AND core.is_office(office_rule_id)
    GROUP BY ALL
  )
  JOIN quote_counts USING (entity_id)
  WHERE n >= least(2, n_quoting)
  GROUP BY entity_id
)
SELECT
  n.entity_id, -- the same under every name (core.identities)
  n.person, -- the one name of a person with several; how many mentions are right: 'column.person' of mart.rules
  o.office.role AS speaker_role, -- of the office that most articles state; NULL where several articles quote them and
    -- no two state the same
  o.office.body AS speaker_affiliation, -- of the same office
  o.office.n AS n_office_articles, -- articles that state it; 1: nobody else confirms it
  s.speaker_class, -- the most frequent one; values as in mart.quotes
  t.speaker_gender, -- female, male; NULL unless kliping.toml turns it on, and where nothing tells; how many are right:
    -- 'column.speaker_gender' of mart.rules
  t.speaker_gender_evidence, -- text: words beside the name in some article; name: the first name alone
  n.n_articles, -- articles that name them
  n.n_outlets, -- outlets that name them
  n.n_mentions, -- places where they are named
  coalesce(s.n_statements, 0) AS n_statements, -- direct and indirect, attitudes left out
  coalesce(s.n_direct_quotes, 0) AS n_direct_quotes, -- in quotation marks
  coalesce(s.quoted_words, 0) AS quoted_words, -- words inside the marks
  n.first_day, -- earliest day
  n.last_day -- latest day
FROM mention_counts AS n
LEFT JOIN quote_counts AS s USING (entity_id)
LEFT JOIN offices AS o USING (entity_id)
LEFT JOIN core.person_traits AS t ON t.entity_id = n.entity_id AND t.article_id IS NULL;
