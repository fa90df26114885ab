-- Words of the index, the most frequent first; $most of them after the first $skip.
SELECT word
FROM ops.words
JOIN ops.word_postings USING (word_id)
WHERE regexp_full_match(word, '[a-z]{5,}')
GROUP BY word
ORDER BY sum(len(text_nos)) DESC, word
LIMIT $most OFFSET $skip;
