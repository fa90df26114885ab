-- Which paragraphs outlets changed after publication: one row per paragraph and change.
CREATE OR REPLACE VIEW mart.edited_paragraphs AS
SELECT
  d.article_id,
  e.source_name,
  e.day,
  e.version_no, -- 2 is the first edit
  e.detected_at,
  d.change,
  d.paragraph_no,
  d.kinds,
  e.headline,
  e.url,
  d.text_before,
  d.text_after
FROM core.paragraph_diffs AS d
JOIN mart.edits AS e USING (from_version_id, to_version_id);
