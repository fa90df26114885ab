-- The days that a home was crawled for.
SELECT day FROM core.crawled_days WHERE source_id = $source_id;
