-- study_rows: the rows of a SELECT that are of the study's articles, with what they are counted by; a NULL is a group.
CREATE OR REPLACE TEMP TABLE study_rows AS
SELECT
  s.article_id,
  s.version_id,
  (selected ->> 'char_start')::INTEGER AS char_start,
  (selected ->> 'char_end')::INTEGER AS char_end,
  selected ->> 'event_id' AS event_id,
  selected ->> 'other_article_id' AS other_article_id,
  list_transform($by::VARCHAR[], lambda key: CASE key
    WHEN 'period' THEN s.period::VARCHAR
    WHEN 'source_name' THEN s.source_name
    ELSE coalesce(selected ->> key, '–')
  END) AS parts,
  if(len(parts) = 0, 'all', array_to_string(parts, ' / ')) AS name
FROM study_selected
JOIN study_scope AS s ON s.article_id = coalesce(selected ->> 'article_id', selected ->> 'event_id')
WHERE $of_all OR s.article_id IN (SELECT article_id FROM study_articles);
