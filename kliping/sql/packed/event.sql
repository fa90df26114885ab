-- The articles of the event that an article is of, copies too; the first report comes first.
SELECT article_id, headline
FROM mart.event_articles
WHERE event_id IN (SELECT event_id FROM mart.event_members WHERE article_id = $article_id)
ORDER BY reported_at, article_id;
