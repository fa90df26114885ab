-- The originals are added with the kinds that they tell. Those that are compared are no pages that tell of no event.
--
-- original_numbers: the originals of the compared days and of the three days before each, the earliest first

INSERT INTO core.article_events BY NAME
SELECT article_id AS event_id, article_id, version_id, story_at, day, arg_min(kind, place_in_file) AS kind
FROM originals
LEFT JOIN original_kinds USING (article_id)
GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE original_numbers AS
WITH near_days AS (
  SELECT DISTINCT day - days_before::INTEGER AS day FROM compared_days, range(4) AS r (days_before)
)
SELECT row_number() OVER (ORDER BY story_at, article_id)::INTEGER AS original,
  article_id, version_id, story_at, day, regexp_extract(a.url, '//([^/]*)', 1) AS site
FROM core.article_events
SEMI JOIN near_days USING (day)
JOIN core.articles AS a USING (article_id)
WHERE kind IS NULL OR NOT list_contains($services, kind);
