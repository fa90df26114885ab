-- Every text that an article ever had.
CREATE OR REPLACE VIEW mart.article_versions AS
SELECT
  article_id, -- the article
  version_id, -- the text
  version_no, -- 1 is the first seen
  version_created, -- when it was first seen, UTC
  headline, -- of this version
  body_text, -- cleaned paragraphs joined by one LF
  word_count, -- runs of non-space
  n_paragraphs, -- lines of body_text
  parser_version, -- of the code that read it
  cleaner_version, -- of the code that cleaned it
  extractor_version, -- of the code that found its quotes, figures, names and dates
  fetch_id, -- raw.fetches; the first fetch that showed it
  rowid AS version_row -- of core.article_versions; another one in each published copy
FROM core.article_versions;
