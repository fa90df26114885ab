-- Figures of an event that count the same, with the places of both in their texts, the latest first.
WITH chosen AS MATERIALIZED (
  SELECT *
  FROM mart.figure_comparisons
  WHERE mart.is_within(day, $since, $until)
    AND coalesce(list_contains(earlier_source_names || later_source_names, $source), TRUE)
    AND filter_by($event, event_id = $event)
    AND filter_by($verdict, verdict = $verdict)
  ORDER BY day DESC, event_id, subject, earlier_article_id, later_article_id, earlier_figure_no, later_figure_no
  LIMIT $limit OFFSET $offset
), own_figures AS MATERIALIZED (
  SELECT article_id, figure_no, char_start, char_end
  FROM mart.figures
  WHERE article_id IN (SELECT earlier_article_id FROM chosen UNION SELECT later_article_id FROM chosen)
)
SELECT
  c.day,
  c.verdict,
  c.subject,
  c.earlier_source_names AS earlier_outlets,
  c.earlier_figure,
  c.earlier_speaker,
  c.later_source_names AS later_outlets,
  c.later_figure,
  c.later_speaker,
  c.minutes_after,
  c.event_id,
  c.earlier_article_id,
  x.char_start AS earlier_char_start,
  x.char_end AS earlier_char_end,
  c.later_article_id AS article_id,
  y.char_start,
  y.char_end
FROM chosen AS c
LEFT JOIN own_figures AS x ON x.article_id = c.earlier_article_id AND x.figure_no = c.earlier_figure_no
LEFT JOIN own_figures AS y ON y.article_id = c.later_article_id AND y.figure_no = c.later_figure_no
ORDER BY c.day DESC, c.event_id, c.subject, c.earlier_article_id, c.later_article_id, c.earlier_figure_no,
  c.later_figure_no;
