-- What speaks for one event of two affected originals.
SELECT earlier_id, article_id, likelihood FROM core.event_pairs SEMI JOIN affected_originals USING (article_id);
