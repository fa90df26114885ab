-- Organisations in the news: how often they are named (by confirmed mentions) and quoted, in the current versions.
CREATE OR REPLACE VIEW mart.organizations AS
WITH mention_counts AS (
  SELECT entity_id, core.one_spelling(entity) AS organization, count(*) AS n_mentions,
    count(DISTINCT article_id) AS n_articles, count(DISTINCT source_name) AS n_outlets,
    min(day) AS first_day, max(day) AS last_day
  FROM mart.mentions
  WHERE kind = 'organization' AND is_confirmed
  GROUP BY entity_id
), quote_counts AS (
  SELECT coalesce(s.affiliation_entity_id, s.speaker_entity_id) AS entity_id, count(*) AS n_statements,
    count(DISTINCT s.speaker_entity_id) FILTER (s.affiliation_entity_id IS NOT NULL) AS n_speakers,
    count(*) FILTER (quote_type = 'direct') AS n_direct_quotes,
    sum(word_count) FILTER (quote_type = 'direct') AS quoted_words
  FROM core.quotes
  JOIN mart.speakers AS s USING (version_id, quote_no)
  SEMI JOIN mart.article_metadata USING (version_id)
  WHERE cue_class IS DISTINCT FROM 'attitude'
  GROUP BY ALL
)
SELECT
  n.entity_id, -- the same under every name (core.identities)
  n.organization, -- the one name of a body with several; how many mentions are right: 'column.organization' of
    -- mart.rules
  n.n_articles, -- articles that name it
  n.n_outlets, -- outlets that name it
  n.n_mentions, -- places where it is named
  coalesce(s.n_speakers, 0) AS n_speakers, -- people who speak for it
  coalesce(s.n_statements, 0) AS n_statements, -- its own and those of people who speak for it, direct and indirect,
    -- attitudes left out
  coalesce(s.n_direct_quotes, 0) AS n_direct_quotes, -- in quotation marks
  coalesce(s.quoted_words, 0) AS quoted_words, -- words inside the marks
  n.first_day, -- earliest day
  n.last_day -- latest day
FROM mention_counts AS n
LEFT JOIN quote_counts AS s USING (entity_id);
