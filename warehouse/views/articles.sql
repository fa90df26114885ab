-- One row per article: its current version and its metadata.
CREATE OR REPLACE VIEW mart.articles AS
SELECT
  a.article_id, -- stable id of the article
  a.source_id, -- TOML name of the outlet
  a.source_name, -- title of the outlet
  a.source_domain, -- host of the outlet
  a.headline, -- NULL where the page does not say
  a.description, -- standfirst or summary
  a.url, -- its canonical address where a page names one that is believed, else the address it was first read at; it stays the same; NULL for a file without an address
  a.article_section, -- as on the page
  a.in_language, -- ISO 639
  a.date_published, -- UTC; NULL where the page does not say
  a.date_published_offset_minutes, -- the page's own offset from UTC
  a.date_published_source, -- source of date_published
  a.story_date, -- the day to count it under, in western Indonesian time
  a.story_date_basis, -- published, in_text, first_seen
  a.date_modified, -- UTC
  a.dateline, -- as printed
  a.content_reference_date, -- the day that the text is about, as it says
  a.authors, -- joined by '; '
  a.tags, -- as printed
  a.is_accessible_for_free, -- FALSE behind a paywall, even where some of it is free
  a.access, -- free, partial (some of it), paid; NULL where the page does not say
  a.first_seen_at, -- UTC
  a.last_seen_at, -- UTC
  a.last_changed_at, -- UTC
  a.n_versions, -- distinct texts seen
  a.status, -- live, gone, redirected
  a.version_id, -- the current version
  v.word_count, -- runs of non-space
  v.n_paragraphs, -- lines of body_text
  v.body_text, -- cleaned paragraphs joined by one LF
  a.cluster_id, -- the copies of one text; article_id of the earliest
  a.is_cluster_lead, -- FALSE for a copy: count originals with it
  a.duplicate_relation -- lead, exact, near_duplicate, partial
FROM mart.stories a
JOIN core.article_versions v USING (version_id);
