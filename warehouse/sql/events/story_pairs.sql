-- What speaks for one event of two affected stories.
SELECT earlier_id, article_id, likelihood FROM core.event_pairs SEMI JOIN affected_stories USING (article_id);
