SELECT version_no, change, paragraph_no, kinds, text_before, text_after
FROM mart.edited_paragraphs
WHERE article_id = $article_id
ORDER BY version_no, change, paragraph_no;
