-- What outlets changed in their stories after publication, a row a change seen.
CREATE OR REPLACE VIEW mart.edits AS
SELECT
  d.article_id, -- the story
  m.source_name, -- title of the outlet
  m.story_date, -- the day to count the story under
  m.url, -- where it was read
  d.to_version_no AS version_no, -- 2 is the first edit
  d.detected_at, -- when the change was first seen, UTC
  date_diff('minute', coalesce(m.date_published, m.first_seen_at), d.detected_at) AS minutes_after, -- from publication, else from the first sight, to the first sight of the change
  d.kinds, -- headline, number, quote, name, correction (a notice of one), stealth (the page's own date of change stayed)
  d.headline_before, -- of the version before
  d.headline_after, -- of the version after
  d.paragraphs_added, -- without a like one before
  d.paragraphs_removed, -- without a like one after
  d.paragraphs_edited, -- a like one stands in the other version
  d.text_before, -- the paragraphs that are no more as they were
  d.text_after, -- the paragraphs that were not so before
  d.quotes_added, -- direct and mixed, by their words
  d.quotes_removed, -- direct and mixed, by their words
  d.similarity, -- share of both texts that stands in unchanged paragraphs
  d.from_version_id, -- core.article_versions
  d.to_version_id -- core.article_versions
FROM core.version_diffs d
JOIN mart.stories m USING (article_id);
