-- What outlets changed in their articles after publication: one row per change.
CREATE OR REPLACE VIEW mart.edits AS
SELECT
  d.article_id, -- the article
  m.source_name, -- title of the outlet
  m.day, -- the day to count the article under
  d.to_version_no AS version_no, -- 2 is the first edit
  d.detected_at, -- when the change was first seen, UTC
  date_diff('minute', coalesce(m.date_published, m.first_seen_at), d.detected_at) AS minutes_after, -- from publication, else from the first sight, to the first sight of the change
  d.kinds, -- headline, number, quote, name, correction (a notice of one), stealth (the page's own date of change stayed)
  d.headline_before, -- of the version before
  d.headline_after, -- of the version after
  d.paragraphs_added, -- with no similar paragraph before
  d.paragraphs_removed, -- with no similar paragraph after
  d.paragraphs_edited, -- with a similar paragraph in the other version
  d.quotes_added, -- direct and mixed quotes, compared by their words
  d.quotes_removed, -- direct and mixed quotes, compared by their words
  d.similarity, -- share of both texts in unchanged paragraphs
  d.from_version_id, -- core.article_versions
  d.to_version_id, -- core.article_versions
  m.headline, -- of the article
  m.url, -- of the article
  d.text_before, -- the paragraphs of the version before that are not in the version after
  d.text_after -- the paragraphs of the version after that are not in the version before
FROM core.version_diffs d
JOIN core.article_metadata m USING (article_id);
