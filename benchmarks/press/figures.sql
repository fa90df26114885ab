-- Figures about one event that two articles state otherwise.
SELECT verdict, subject, earlier_source_name AS earlier, earlier_figure, later_source_name AS later, later_figure
FROM mart.figure_comparisons
WHERE verdict NOT IN ('agree', 'superseded')
ORDER BY verdict, day, event_id, earlier_article_id, later_article_id, earlier_figure_no, later_figure_no
LIMIT $limit
