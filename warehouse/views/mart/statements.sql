-- What is said in quotation marks, attitudes and copies left out: one row per quote, as voices are counted.
CREATE OR REPLACE VIEW mart.statements AS
SELECT
  a.day, -- the day to count it under
  a.source_name, -- title of the outlet
  q.version_id, -- core.quotes
  q.quote_no, -- core.quotes
  q.word_count, -- runs of non-space
  s.speaker, -- the person or body meant, under one name (core.identities); NULL where nobody is resolved
  s.speaker_entity_id, -- the same under every name
  s.speaker_role, -- the office in its full form
  s.speaker_affiliation, -- the body in its full form
  s.speaker_class, -- as in mart.quotes
  a.article_row -- rowid of core.articles
FROM core.quotes AS q
JOIN mart.speakers AS s USING (version_id, quote_no)
JOIN mart.article_days AS a USING (version_id)
WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude' AND a.is_cluster_lead;
