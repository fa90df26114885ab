-- Claims the articles, with all their addresses, for this run as long as it runs.
UPDATE ops.frontier
SET last_run_id = $run_id
WHERE state IN ('pending', 'deferred', 'loaded')
  AND coalesce(article_id, url) IN (
    SELECT coalesce(article_id, url) FROM ops.frontier WHERE url IN (SELECT unnest($urls))
  );
