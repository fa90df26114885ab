-- Where articles come from, where they happen, and which places they mention.
CREATE OR REPLACE VIEW mart.places AS
SELECT
  p.article_id, -- the article
  p.place_no,
  m.source_name,
  m.day,
  m.is_cluster_lead,
  p.place_name AS place, -- full name; how many are right: 'column.place' of mart.rules
  p.kind,
  p.role, -- dateline; event_location where the article reports that something happened at the place, in all its rows;
    -- else mention
  r.province, -- the province it is in, or is
  p.region_id,
  r.kemendagri_code, -- of the interior ministry
  r.bps_code, -- of the statistics office
  p.rule_id,
  p.version_id, -- the text it is in
  p.char_start,
  p.char_end,
  m.headline, -- of the article
  m.url, -- of the article
  p.text
FROM core.article_places AS p
JOIN mart.article_metadata AS m USING (version_id)
LEFT JOIN (
  SELECT r.region_id, r.kemendagri_code, r.bps_code, coalesce(up.name, r.name) AS province
  FROM ref.regions AS r
  LEFT JOIN ref.regions AS up ON up.level = 'province' AND up.kemendagri_code = left(r.kemendagri_code, 2)
) AS r USING (region_id);
