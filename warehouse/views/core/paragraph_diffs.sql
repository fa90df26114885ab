-- Which paragraphs changed from each version of an article to the next. Key: (to_version_id, change, paragraph_no).
CREATE OR REPLACE VIEW core.paragraph_diffs AS
SELECT
  article_id, -- the article
  from_version_id, -- the version before
  to_version_id, -- the version after
  change, -- added, removed, edited (a similar one is in both versions)
  paragraph_no, -- 1-based, in the version after, of a removed one in the version before; 0 is the headline
  text_before, -- NULL for an added one
  text_after, -- NULL for a removed one
  kinds, -- headline, number, quote, name, correction (a notice of one)
  quotes_added, -- direct and mixed quotes whose words are not in the version before
  quotes_removed -- direct and mixed quotes whose words are not in the version after
FROM mart.paragraph_diffs_of((SELECT list(article_id) FROM mart.edited_articles));
