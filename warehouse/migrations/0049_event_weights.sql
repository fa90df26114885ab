-- Likeness has other weights: the next run compares the articles that are there.
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
