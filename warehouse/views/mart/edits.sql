-- What outlets changed in their articles after publication: one row per change, of the text or of a date, author or
-- section alone.
CREATE OR REPLACE VIEW mart.edits AS
WITH metadata AS (
  SELECT article_id, version_id AS to_version_id, detected_at,
    list({'kind': kind, 'before': value_before, 'after': value_after} ORDER BY kind) AS fields
  FROM core.metadata_changes
  GROUP BY ALL
), changes AS (
  SELECT
    * EXCLUDE (kinds, fields, from_version_id),
    coalesce(from_version_id, to_version_id) AS from_version_id,
    list_concat(coalesce(kinds, []), list_transform(coalesce(fields, []), lambda field: field.kind)) AS kinds,
    coalesce(fields, []) AS fields
  FROM core.version_diffs
  FULL JOIN metadata USING (article_id, to_version_id, detected_at)
)
SELECT
  d.article_id, -- the article
  m.source_name,
  m.day,
  coalesce(d.to_version_no, v.version_no) AS version_no, -- of the text after; 2 is the first edit of the text
  d.detected_at, -- when the change was first seen, UTC
  date_diff('minute', coalesce(m.date_published, m.first_seen_at), d.detected_at) AS minutes_after, -- from publication,
    -- else from the first sight, to the first sight of the change
  d.kinds, -- headline, number, quote, name, correction (a notice of one), date, author, section; stealth (the text
    -- changed, and the page's own date of change, stated before and after, stayed), undated (the page states no date of
    -- change)
  if(d.to_version_no IS NULL, v.headline, d.headline_before) AS headline_before, -- of the version before
  if(d.to_version_no IS NULL, v.headline, d.headline_after) AS headline_after, -- of the version after
  coalesce(d.paragraphs_added, 0) AS paragraphs_added, -- with no similar paragraph before
  coalesce(d.paragraphs_removed, 0) AS paragraphs_removed, -- with no similar paragraph after
  coalesce(d.paragraphs_edited, 0) AS paragraphs_edited, -- with a similar paragraph in the other version
  coalesce(d.quotes_added, 0) AS quotes_added, -- direct and mixed quotes, compared by their words
  coalesce(d.quotes_removed, 0) AS quotes_removed, -- direct and mixed quotes, compared by their words
  coalesce(d.similarity, 1) AS similarity, -- share of both texts in unchanged paragraphs
  d.fields, -- the date (in the page's own time), author and section that changed, each with its value before and after
  d.from_version_id, -- core.article_versions; to_version_id where the text stayed
  d.to_version_id, -- core.article_versions
  m.headline, -- of the article
  m.url, -- of the article
  coalesce(d.text_before, []) AS text_before, -- the paragraphs of the version before that are not in the version after
  coalesce(d.text_after, []) AS text_after -- the paragraphs of the version after that are not in the version before
FROM changes AS d
JOIN mart.article_metadata AS m USING (article_id)
LEFT JOIN core.article_versions AS v ON v.version_id = d.to_version_id AND d.to_version_no IS NULL;
