-- What questions over many stories are spared.
CREATE MACRO mart.story_date(published, in_text, seen) AS coalesce(mart.wib_date(published), in_text, mart.wib_date(seen));
