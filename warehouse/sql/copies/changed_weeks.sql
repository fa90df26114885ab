-- The weeks of the changed articles as they are now.
INSERT INTO changed_weeks
FROM (
  SELECT DISTINCT date_trunc('week', coalesce(date_published, first_seen_at))::DATE AS week
  FROM core.articles
  SEMI JOIN changed_articles USING (article_id)
)
ANTI JOIN changed_weeks USING (week);
