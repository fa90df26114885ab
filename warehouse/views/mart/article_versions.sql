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
  parser_version, -- version of the parser
  cleaner_version, -- version of the cleaner
  extractor_version, -- version of the rules that found quotes, figures, names and places; NULL where it was not
    -- written down
  fetch_id, -- raw.fetches; the first fetch that showed it
  rowid AS version_row -- of core.article_versions; another one in each published copy
FROM core.article_versions;
