-- Every article whose names were read has a row of words, by which a run knows that there may be rows of it elsewhere.
INSERT INTO core.article_words
SELECT article_id, []
FROM (SELECT article_id FROM core.article_names UNION SELECT article_id FROM core.name_evidence)
ANTI JOIN core.article_words USING (article_id);
