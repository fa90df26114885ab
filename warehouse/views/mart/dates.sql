-- Days and periods that articles name, in the current version of every article.
CREATE OR REPLACE VIEW mart.dates AS
SELECT
  d.article_id, -- the article
  d.date_no, -- 1-based, in the order of the text
  m.source_name,
  m.day,
  m.is_cluster_lead,
  d.date_start,
  d.date_end,
  d.date_start IS NOT NULL AS is_year_known, -- FALSE: a day or month whose year nothing tells
  d.month_day, -- MM-DD of the first day, or MM of the month, where the year is not known
  d.resolution,
  d.method,
  d.weekday_matches, -- FALSE: the weekday beside it is not that of the date as printed, whose year may have been mended
    -- by it; NULL: none is named
  d.rule_id,
  d.version_id, -- the text it is in
  d.char_start,
  d.char_end,
  m.headline, -- of the article
  m.url, -- of the article
  d.text
FROM core.dates_mentioned AS d
JOIN mart.article_metadata AS m USING (version_id);
