-- The views that answer questions, a line each: name, what a row is, columns. `+` stands for those that most views
-- have: article_id, source_name, day, headline and url.
WITH columns AS (
  SELECT table_name, column_name, column_name IN ('article_id', 'source_name', 'day', 'headline', 'url') AS is_usual
  FROM mart.data_dictionary
  WHERE schema_name = 'mart'
    AND table_name NOT IN (
      'article_columns', 'article_days', 'bursts', 'calendar', 'channel_days', 'chart_range', 'edited_articles',
      'images', 'removed_spans', 'row_ranges', 'topic_articles'
    )
), views AS (
  SELECT
    table_name,
    if(
      count(*) FILTER (is_usual) = 5, '+', string_agg(column_name, ',' ORDER BY column_name) FILTER (is_usual)
    ) AS usual,
    string_agg(column_name, ',' ORDER BY column_name) FILTER (NOT is_usual) AS own
  FROM columns
  GROUP BY table_name
)
SELECT
  concat(
    'mart.', v.table_name, ' (', concat_ws(',', v.usual, v.own), ') ', regexp_extract(d.comment, '^[^.:;,]*')
  ) AS line
FROM views AS v
LEFT JOIN duckdb_views() AS d
  ON d.schema_name = 'mart' AND d.view_name = v.table_name AND d.database_name = current_database()
ORDER BY v.table_name;
