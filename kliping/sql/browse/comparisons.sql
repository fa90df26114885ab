-- Figures of an event that count the same, with all outlets that give them, the latest first.
SELECT
  day,
  verdict,
  subject,
  array_to_string(earlier_source_names, ', ') AS earlier_outlets,
  earlier_figure,
  earlier_speaker,
  array_to_string(later_source_names, ', ') AS later_outlets,
  later_figure,
  later_speaker,
  minutes_after,
  later_headline,
  later_article_id AS article_id,
  earlier_article_id,
  event_id
FROM mart.figure_comparisons
WHERE mart.is_within(day, $since, $until)
  AND coalesce(list_contains(earlier_source_names || later_source_names, $source), TRUE)
  AND filter_by($event, event_id = $event)
  AND filter_by($verdict, verdict = $verdict)
ORDER BY day DESC, event_id, subject, earlier_article_id, later_article_id, earlier_figure_no, later_figure_no
LIMIT $limit OFFSET $offset;
