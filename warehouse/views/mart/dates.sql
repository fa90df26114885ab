-- Days and periods that articles name, in the current version of every article.
CREATE OR REPLACE VIEW mart.dates AS
SELECT
  d.article_id, -- the article
  d.date_no, -- 1-based, in the order of the text
  m.source_name, -- title of the outlet
  m.day, -- the day to count the article under
  m.is_cluster_lead, -- FALSE for a copy: count originals with it
  d.date_start, -- first day; NULL where nothing tells the year
  d.date_end, -- last day; NULL where nothing tells the year
  d.date_start IS NOT NULL AS is_year_known, -- FALSE: a day or month whose year nothing tells
  d.month_day, -- MM-DD of the first day, or MM of the month, where the year is not known
  d.resolution, -- day, month, year, day_range, month_range, year_range
  d.method, -- how the day was found
  d.weekday_matches, -- FALSE: the weekday beside it is not that of the date as printed, whose year may have been mended
    -- by it; NULL: none is named
  d.rule_id, -- ref.rules
  d.version_id, -- the text it is in
  d.char_start, -- first code point in body_text
  d.char_end, -- one past the last
  m.headline, -- of the article
  m.url, -- of the article
  d.text -- as written
FROM core.dates_mentioned AS d
JOIN mart.article_metadata AS m USING (version_id);
