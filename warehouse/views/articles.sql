-- One row per article: its metadata and its current text.
CREATE OR REPLACE VIEW mart.articles AS
SELECT
  a.article_id, -- stable id of the article
  a.source_id, -- TOML name of the outlet
  a.source_name, -- title of the outlet
  a.source_domain, -- host of the outlet
  a.day, -- the day to count it under, in western Indonesian time
  a.day_basis, -- published, in_text, first_seen
  a.headline, -- NULL where the page does not say
  a.url, -- its canonical address where a page names one that is believed, else the address it was first read at; it
    -- stays the same; NULL for a file without an address
  a.authors, -- as the byline names them, in its order; NULL where it names none
  g.agency, -- the news agency that its dateline, credits or byline name, or its text as a source
  a.syndicated_from, -- whose article it says it is a copy of, as printed
  a.article_section, -- as on the page
  a.tags, -- as printed
  a.in_language, -- ISO 639
  a.date_published, -- UTC; NULL where the page does not say
  a.date_published_offset_minutes, -- the page's own offset from UTC
  a.date_published_source, -- source of date_published
  a.date_modified, -- UTC
  a.dateline, -- as printed
  a.content_reference_date, -- the day that the text is about, as it says
  a.is_accessible_for_free, -- FALSE behind a paywall, even where some of it is free
  a.access, -- free, partial (some of it), paid, imported (a row of a table that somebody made elsewhere); NULL where
    -- the page does not say
  a.first_seen_at, -- UTC
  a.last_seen_at, -- UTC
  a.last_changed_at, -- UTC
  a.n_versions, -- distinct texts seen
  a.status, -- live, gone, redirected
  a.cluster_id, -- the copies of one text; article_id of the earliest
  a.is_cluster_lead, -- FALSE for a copy: count originals with it
  a.duplicate_relation, -- lead, exact, near_duplicate, partial
  a.version_id, -- the current version
  v.word_count, -- runs of non-space
  v.n_paragraphs, -- lines of body_text
  a.description, -- standfirst or summary
  v.body_text -- cleaned paragraphs joined by one LF
FROM mart.article_metadata AS a
JOIN core.article_versions AS v USING (version_id)
LEFT JOIN core.agency_credits AS g ON g.article_id = a.article_id;
