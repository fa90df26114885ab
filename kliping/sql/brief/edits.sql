-- Edits of articles of these days, or seen in them: of each the paragraph that says most, a number or a quote first.
WITH paragraphs AS (
  SELECT
    *,
    list_has_any(kinds, ['number', 'quote', 'correction']) AS is_grave
  FROM mart.edited_paragraphs
  WHERE (mart.is_within(day, $since, $until) OR mart.is_within((detected_at + INTERVAL 7 HOUR)::DATE, $since, $until))
    AND source_name = coalesce($source, source_name)
    AND change = 'edited'
)
SELECT
  headline AS what,
  kinds,
  text_before,
  text_after,
  source_name,
  day,
  url,
  article_id
FROM paragraphs
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY is_grave DESC, detected_at DESC, paragraph_no DESC) = 1
ORDER BY is_grave DESC, detected_at DESC, article_id
LIMIT 5;
