UPDATE ops.frontier SET story_day = $day WHERE story_day IS NULL AND url IN (SELECT unnest($urls));
INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE url IN (SELECT unnest($urls));
