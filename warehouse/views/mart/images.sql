-- The pictures of every article and whose they are; the pictures themselves are not fetched.
CREATE OR REPLACE VIEW mart.images AS
SELECT
  m.article_id, -- the article
  i.ordinal AS image_no, -- 1-based
  m.source_name,
  m.day,
  m.is_cluster_lead,
  i.role,
  i.credit_text AS credit, -- as printed
  i.width,
  i.height,
  i.version_id, -- the text it is with
  i.content_url,
  m.headline, -- of the article
  m.url, -- of the article
  i.alt_text,
  i.caption
FROM core.article_images AS i
JOIN mart.article_metadata AS m USING (version_id);
