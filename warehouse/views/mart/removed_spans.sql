-- What cleaning took out of the current version of every article.
CREATE OR REPLACE VIEW mart.removed_spans AS
SELECT
  r.article_id, -- the article
  s.ordinal AS span_no, -- 1-based, in the order of the text
  r.source_name, -- title of the outlet
  r.day, -- the day to count the article under
  s.kind, -- dateline, related_link, end_mark, editor_credit, caption, embed (the words of a post), ad, boilerplate
  s.version_id, -- the text it was in
  s.source_start, -- first code point in source_text of core.article_versions
  s.source_end, -- one past the last
  r.headline, -- of the article
  r.url, -- of the article
  s.text -- exactly what was taken out
FROM core.removed_spans AS s
JOIN mart.article_metadata AS r USING (version_id);
