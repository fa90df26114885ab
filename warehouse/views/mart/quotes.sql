-- Who said what, in the current version of every article.
CREATE OR REPLACE VIEW mart.quotes AS
SELECT
  q.article_id, -- the article
  q.quote_no,
  m.source_name,
  m.day,
  m.is_cluster_lead,
  q.quote_type,
  s.speaker, -- the person or body meant, under one name (core.identities); NULL where nobody is resolved: see
    -- speaker_surface and speaker_candidate
  s.speaker_role, -- the office in its full form; how many are right: 'column.speaker_role' of mart.rules
  s.speaker_affiliation, -- its body in its full form; how many are right: 'column.speaker_affiliation' of mart.rules
  q.office_rule_id, -- what found both (mart.rules); office.kin: whose relative or friend somebody is, no office
  s.speaker_class, -- government, police_military, legislature, court, business, academic, civil_society, citizen,
    -- celebrity; NULL where nothing tells; how many are right: 'column.speaker_class' of mart.rules
  s.speaker_class_evidence, -- office, body; surface: the words for an unnamed speaker; text: words beside the name in
    -- the article; list: a file of known people; corpus: other articles
  s.speaker_gender, -- female, male; NULL unless kliping.toml turns it on, and where nothing tells
  s.speaker_gender_evidence, -- text: words beside the name in some article; name: the first name alone
  q.speaker_surface,
  s.speaker_entity_id,
  q.confidence, -- 0 to 1, that the speaker, or else the candidate, is the right one, by this text alone; NULL where
    -- nobody is known; how many speakers are right: 'column.speaker' of mart.rules
  q.speaker_candidate, -- the likeliest speaker where confidence is below 0.55; with another one that is about as
    -- likely: A; B
  q.resolution, -- how the speaker was identified
  q.cue,
  q.cue_class, -- speech, report, attitude
  q.word_count,
  q.rule_id,
  q.version_id, -- the text it is in
  q.char_start,
  q.char_end,
  m.headline, -- of the article
  m.url, -- of the article
  q.text
FROM core.quotes AS q
JOIN mart.speakers AS s USING (version_id, quote_no)
JOIN mart.article_metadata AS m USING (version_id);
