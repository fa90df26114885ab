-- The pictures of every article and whose they are; the pictures themselves are not fetched.
CREATE OR REPLACE VIEW mart.images AS
SELECT
  m.article_id, -- the article
  i.ordinal AS image_no, -- 1-based
  m.source_name, -- title of the outlet
  m.day, -- the day to count the article under
  m.is_cluster_lead, -- FALSE for a copy: count originals with it
  i.role, -- primary, inline, gallery
  i.credit_text AS credit, -- as printed
  i.width, -- pixels
  i.height, -- pixels
  i.version_id, -- the text it is with
  i.content_url, -- address of the picture
  m.headline, -- of the article
  m.url, -- of the article
  i.alt_text, -- for those who cannot see it
  i.caption -- as printed
FROM core.article_images AS i
JOIN mart.article_metadata AS m USING (version_id);
