-- Each article of a source of which an address is known: why it is not loaded, NULL if it is.
SELECT
  coalesce(article_id, url) AS article,
  CASE WHEN bool_or(state = 'loaded') THEN NULL ELSE max(coalesce(reason, state)) END AS lost_reason
FROM ops.frontier
WHERE source_id = $source_id
GROUP BY ALL;
