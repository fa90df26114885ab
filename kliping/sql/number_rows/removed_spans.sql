-- What cleaning took out of the texts of an outlet, of one kind.
FROM mart.removed_spans
WHERE source_name = $source_name AND kind = $kind
  AND filter_by($since, day >= $since)
  AND filter_by($until, day <= $until)
ORDER BY day DESC, article_id, span_no
