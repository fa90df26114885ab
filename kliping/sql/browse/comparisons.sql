-- Figures of two articles about one event that count the same, the latest first.
SELECT
  day,
  verdict,
  subject,
  earlier_source_name,
  earlier_figure,
  earlier_speaker,
  later_source_name,
  later_figure,
  later_speaker,
  minutes_after,
  later_headline,
  later_article_id AS article_id,
  earlier_article_id,
  event_id
FROM mart.figure_comparisons
WHERE mart.is_within(day, $since, $until)
  AND coalesce($source IN (earlier_source_name, later_source_name), TRUE)
  AND filter_by($event, event_id = $event)
  AND filter_by($verdict, verdict = $verdict)
ORDER BY day DESC, event_id, subject, earlier_article_id, later_article_id, earlier_figure_no, later_figure_no
LIMIT $limit OFFSET $offset;
