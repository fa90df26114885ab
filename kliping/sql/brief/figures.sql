-- Numbers of one thing that may contradict or replace each other, contradictions first; with the sentence of the later.
WITH top AS (
  FROM mart.figure_comparisons
  WHERE mart.is_within(day, $since, $until)
    AND coalesce(list_contains(earlier_source_names || later_source_names, $source), TRUE)
    AND verdict IN ('lead_may_contradict', 'lead_may_update')
  ORDER BY verdict, day DESC, event_id, subject, later_article_id, later_figure_no
  LIMIT 5
)
SELECT
  t.subject AS what,
  t.verdict,
  t.earlier_figure,
  t.earlier_source_names,
  t.later_figure,
  t.later_source_names,
  t.later_source_name AS source_name,
  t.day,
  t.later_url AS url,
  a.article_id,
  a.body_text,
  f.char_start,
  f.char_end
FROM top AS t
JOIN mart.articles AS a ON a.article_id = t.later_article_id
JOIN mart.figures AS f ON f.article_id = t.later_article_id AND f.figure_no = t.later_figure_no
ORDER BY t.verdict, t.day DESC, t.event_id, t.subject, t.later_article_id, t.later_figure_no;
