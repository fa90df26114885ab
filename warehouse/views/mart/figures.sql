-- Every number and who stated it, in the current version of every article.
CREATE OR REPLACE VIEW mart.figures AS
SELECT
  f.article_id, -- the article
  f.figure_no, -- 1-based, in the order of the text
  m.source_name,
  m.day,
  m.is_cluster_lead,
  mart.figure_kind(
    f.currency, f.unit, f.text, v.body_text, f.char_start, f.char_end
  ) AS kind, -- money, percentage, casualties (people dead, hurt, missing or displaced, by the words around it),
    -- duration, other
  f.value, -- with words such as "ribu" multiplied out; how many are right: 'column.figure' of mart.rules
  f.value_high,
  f.comparator,
  f.unit,
  f.currency,
  f.noun_phrase,
  s.speaker, -- who stated it, under one name (core.identities); NULL where the outlet does, or somebody who is not
    -- resolved
  s.speaker_surface, -- who stated it, as written: jaksa, nya
  s.speaker_role,
  s.speaker_affiliation,
  s.speaker_class,
  d.date_start AS period_start, -- first day of the period it is about
  d.date_end AS period_end, -- last day of it
  f.rule_id,
  f.version_id, -- the text it is in
  f.char_start,
  f.char_end,
  v.fetch_id, -- the fetch that first showed it
  m.headline, -- of the article
  m.url, -- of the article
  f.text -- as written
FROM core.figures AS f
JOIN mart.article_metadata AS m USING (version_id)
JOIN core.article_versions AS v USING (version_id)
LEFT JOIN mart.speakers AS s ON s.version_id = f.version_id AND s.quote_no = f.quote_no
LEFT JOIN core.dates_mentioned AS d ON d.version_id = f.version_id AND d.date_no = f.date_no;
