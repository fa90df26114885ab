-- What cleaning took out of the current version of every article.
CREATE OR REPLACE VIEW mart.removed_spans AS
SELECT
  r.article_id, -- the article
  s.ordinal AS span_no, -- 1-based, in the order of the text
  r.source_name,
  r.day,
  s.kind,
  s.version_id, -- the text it was in
  s.source_start, -- first code point in source_text of core.article_versions
  s.source_end,
  r.headline, -- of the article
  r.url, -- of the article
  s.text -- exactly what was taken out
FROM core.removed_spans AS s
JOIN mart.article_metadata AS r USING (version_id);
