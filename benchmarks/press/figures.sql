-- Figures about one event that outlets state otherwise.
SELECT verdict, subject, array_to_string(earlier_source_names, ', ') AS earlier, earlier_figure,
  array_to_string(later_source_names, ', ') AS later, later_figure
FROM mart.figure_comparisons
WHERE verdict NOT IN ('agree', 'one_origin')
ORDER BY verdict, day, event_id, earlier_article_id, later_article_id, earlier_figure_no, later_figure_no
LIMIT $limit
