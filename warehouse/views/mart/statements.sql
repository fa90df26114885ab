-- What is said in quotation marks, attitudes and copies left out: one row per quote, as voices are counted.
CREATE OR REPLACE VIEW mart.statements AS
SELECT
  a.day,
  a.source_name,
  q.version_id, -- core.quotes
  q.quote_no, -- core.quotes
  q.word_count,
  s.speaker,
  s.speaker_entity_id,
  s.speaker_role,
  s.speaker_affiliation,
  q.office_rule_id,
  s.speaker_class,
  a.article_row
FROM core.quotes AS q
JOIN mart.speakers AS s USING (version_id, quote_no)
JOIN mart.article_days AS a USING (version_id)
WHERE q.quote_type = 'direct' AND q.cue_class IS DISTINCT FROM 'attitude' AND a.is_cluster_lead;
