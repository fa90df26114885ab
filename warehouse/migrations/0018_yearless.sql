-- A date whose year nothing tells keeps its row.
ALTER TABLE core.dates_mentioned ALTER COLUMN date_start DROP NOT NULL;
ALTER TABLE core.dates_mentioned ALTER COLUMN date_end DROP NOT NULL;
ALTER TABLE core.dates_mentioned ADD COLUMN month_day VARCHAR;
COMMENT ON COLUMN core.dates_mentioned.date_start IS 'first day; NULL where nothing tells the year';
COMMENT ON COLUMN core.dates_mentioned.date_end IS 'last day; NULL where nothing tells the year';
COMMENT ON COLUMN core.dates_mentioned.month_day IS 'MM-DD of the first day, or MM of the month, where nothing tells the year; else NULL';
