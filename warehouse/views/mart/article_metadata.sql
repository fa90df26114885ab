-- One row per article with its metadata and its day, but without its text: what other views and the saved questions
-- count by.
CREATE OR REPLACE VIEW mart.article_metadata AS
SELECT
  a.article_id, -- stable id of the article
  a.source_id, -- TOML name of the outlet
  s.name AS source_name, -- title of the outlet
  s.domain AS source_domain, -- host of the outlet
  core.article_day(
    a.date_published, a.content_reference_date, a.first_seen_at
  ) AS day, -- the day to count it under, in western Indonesian time
  CASE
    WHEN a.date_published IS NOT NULL THEN 'published'
    WHEN a.content_reference_date IS NOT NULL THEN 'in_text'
    ELSE 'first_seen'
  END AS day_basis, -- published, in_text, first_seen
  a.headline,
  a.url, -- its canonical address where a page names one that is believed, else the address it was first read at; it
    -- stays the same; NULL for a file without an address
  string_split(a.authors, '; ') AS authors,
  a.each_shown_field,
  a.first_seen_at, -- UTC
  a.last_seen_at, -- UTC
  a.last_changed_at, -- UTC
  a.n_versions,
  a.status,
  coalesce(c.cluster_id, a.article_id) AS cluster_id, -- the copies of one text; article_id of the earliest
  c.article_id IS NULL AS is_cluster_lead, -- FALSE for a copy: count originals with it
  coalesce(c.relation, 'lead') AS copy_relation, -- lead, exact, near_duplicate, partial
  a.current_version_id AS version_id, -- the current version
  a.description,
  a.rowid AS article_row -- of core.articles
FROM core.articles AS a
JOIN core.sources AS s USING (source_id)
-- only the copies: joining all clusters is slow and gives the same
LEFT JOIN (SELECT article_id, cluster_id, relation FROM core.article_clusters WHERE NOT is_lead) AS c
  ON c.article_id = a.article_id;
