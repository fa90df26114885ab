-- What cleaning took out of the texts of an outlet, of one kind.
FROM mart.removed_spans
WHERE source_name = $source_name AND kind = $kind
  AND ($since IS NULL OR day >= $since)
  AND ($until IS NULL OR day <= $until)
ORDER BY day DESC, article_id, span_no
