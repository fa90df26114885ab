-- Where articles define acronyms: one row per definition.
CREATE OR REPLACE VIEW mart.acronym_definitions AS
SELECT
  c.article_id, -- the article
  c.acronym_no, -- 1-based
  m.source_name, -- title of the outlet
  m.day, -- the day to count it under
  m.is_cluster_lead, -- FALSE for a copy
  c.short_form, -- e.g. TPPO
  c.expansion, -- e.g. Tindak Pidana Perdagangan Orang
  c.text, -- both as written
  c.char_start, -- first code point in body_text
  c.char_end, -- one past the last
  c.rule_id, -- ref.rules
  c.version_id, -- the text it is in
  m.url -- of the article
FROM core.acronyms AS c
JOIN mart.article_metadata AS m USING (version_id);
