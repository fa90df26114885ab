-- Two outlets give numbers that may contradict each other: one hit for each pair of which one is in these articles.
WITH pairs AS (
  SELECT *, list_contains($articles::VARCHAR[], later_article_id) AS is_later
  FROM mart.figure_comparisons
  WHERE verdict = 'lead_may_contradict' AND list_has_any([earlier_article_id, later_article_id], $articles::VARCHAR[])
)
SELECT
  f.article_id,
  [p.event_id, p.subject, p.earlier_value::VARCHAR, p.later_value::VARCHAR] AS words,
  format(
    '{}: {} ({}) or {} ({})',
    p.subject, p.earlier_figure, p.earlier_source_name, p.later_figure, p.later_source_name
  ) AS what,
  f.char_start AS told_at,
  '/event/' || p.event_id || '/figures' AS page
FROM pairs AS p
JOIN mart.figures AS f
  ON f.article_id = if(p.is_later, p.later_article_id, p.earlier_article_id)
    AND f.figure_no = if(p.is_later, p.later_figure_no, p.earlier_figure_no)
ORDER BY ALL;
