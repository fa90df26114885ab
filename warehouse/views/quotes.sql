-- Who said what, in the current version of every article.
CREATE OR REPLACE VIEW mart.quotes AS
SELECT
  q.article_id, -- the article
  q.quote_no, -- 1-based, in the order of the text
  m.source_name, -- title of the outlet
  m.story_date, -- the day to count it under
  m.is_cluster_lead, -- FALSE for a copy: count originals with it
  m.headline, -- of the article
  q.quote_type, -- direct, indirect, mixed
  q.text, -- without the marks around it
  q.word_count, -- runs of non-space
  q.cue, -- the verb that attributes
  q.cue_class, -- speech, report, attitude
  q.speaker_surface, -- the speaker as written there
  coalesce(q.speaker_name, q.speaker_surface) AS speaker, -- the person or body meant, else as written
  q.speaker_entity_id, -- core.entities
  q.speaker_role, -- as in the article
  q.speaker_affiliation, -- as in the article
  q.resolution, -- how the speaker was identified
  q.rule_id, -- ref.rules
  r.precision_measured AS rule_precision, -- share of that rule's rows that are right
  q.version_id, -- the text it is in
  q.char_start, -- first code point in body_text
  q.char_end -- one past the last
FROM core.quotes q
JOIN mart.stories m USING (version_id)
LEFT JOIN ref.rules r USING (rule_id);
