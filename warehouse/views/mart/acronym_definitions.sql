-- Where articles define acronyms: one row per definition.
CREATE OR REPLACE VIEW mart.acronym_definitions AS
SELECT
  c.article_id, -- the article
  c.acronym_no,
  m.source_name,
  m.day,
  m.is_cluster_lead,
  c.short_form,
  c.expansion,
  c.text,
  c.char_start,
  c.char_end,
  c.rule_id,
  c.version_id, -- the text it is in
  m.url -- of the article
FROM core.acronyms AS c
JOIN mart.article_metadata AS m USING (version_id);
