-- What outlets changed after publication: the latest hundred changes.
--
-- id: Apa yang diubah media sesudah terbit: seratus perubahan terakhir.
SELECT
  e.day,
  e.source_name,
  e.headline_after AS headline,
  -- only where it changed
  CASE WHEN e.headline_before IS DISTINCT FROM e.headline_after THEN e.headline_before END AS headline_before,
  e.kinds,
  e.paragraphs_added AS added,
  e.paragraphs_removed AS removed,
  e.paragraphs_edited AS edited,
  e.quotes_removed,
  e.minutes_after,
  e.url
FROM mart.edits AS e
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND filter_by($topic, article_id IN (SELECT article_id FROM mart.topic_articles WHERE topic_id = $topic))
ORDER BY e.detected_at DESC, e.article_id, e.version_no DESC
LIMIT 100;
