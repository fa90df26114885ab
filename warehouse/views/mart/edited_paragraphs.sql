-- Which paragraphs outlets changed after publication: one row per paragraph and change.
CREATE OR REPLACE VIEW mart.edited_paragraphs AS
SELECT
  d.article_id, -- the article
  e.source_name, -- title of the outlet
  e.day, -- the day to count the article under
  e.version_no, -- 2 is the first edit
  e.detected_at, -- when the change was first seen, UTC
  d.change, -- added, removed, edited (a similar one is in both versions)
  d.paragraph_no, -- 1-based, in the version after, of a removed one in the version before; 0 is the headline
  d.kinds, -- headline, number, quote, name, correction (a notice of one)
  e.headline, -- of the article
  e.url, -- of the article
  d.text_before, -- NULL for an added one
  d.text_after -- NULL for a removed one
FROM core.paragraph_diffs AS d
JOIN mart.edits AS e USING (from_version_id, to_version_id);
