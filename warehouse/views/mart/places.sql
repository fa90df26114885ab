-- Where articles come from, where they happen, and which places they mention.
CREATE OR REPLACE VIEW mart.places AS
SELECT
  p.article_id, -- the article
  p.place_no, -- 1-based
  m.source_name, -- title of the outlet
  m.day, -- the day to count it under
  m.is_cluster_lead, -- FALSE for a copy: count originals with it
  p.place_name AS place, -- full name; how many are right: 'column.place' of mart.rules
  p.kind, -- country, province, city, district, village, street, facility, other
  p.role, -- dateline, event_location, mention
  r.province, -- the province it is in, or is
  p.region_id, -- ref.regions
  r.kemendagri_code, -- of the interior ministry
  r.bps_code, -- of the statistics office
  p.rule_id, -- ref.rules
  p.version_id, -- the text it is in
  p.char_start, -- first code point in body_text; NULL for the dateline's
  p.char_end, -- one past the last
  m.headline, -- of the article
  m.url, -- of the article
  p.text -- as written
FROM core.article_places AS p
JOIN mart.article_metadata AS m USING (version_id)
LEFT JOIN (
  SELECT r.region_id, r.kemendagri_code, r.bps_code, coalesce(up.name, r.name) AS province
  FROM ref.regions AS r
  LEFT JOIN ref.regions AS up ON up.level = 'province' AND up.kemendagri_code = left(r.kemendagri_code, 2)
) AS r USING (region_id);
