-- Which story took its text from which: a row a copy, beside the earliest story of its cluster.
CREATE OR REPLACE VIEW mart.copies AS
SELECT
  c.cluster_id, -- article_id of the lead
  c.article_id, -- the copy
  m.source_name, -- outlet of the copy
  m.story_date, -- the day to count the copy under
  m.headline, -- of the copy
  m.url, -- of the copy
  l.source_name AS lead_source_name, -- outlet of the lead
  l.headline AS lead_headline, -- of the lead
  l.url AS lead_url, -- of the lead
  c.relation, -- exact, near_duplicate, partial (the shorter is taken from the longer)
  c.jaccard, -- shared of all their runs of five words
  c.containment, -- shared of the shorter one's
  date_diff('minute', k.story_at, c.story_at) AS minutes_after, -- from the lead to the copy
  m.source_id = l.source_id AS is_own, -- the outlet repeats itself
  a.syndicated_from, -- whose article the copy says it is, as printed
  coalesce(a.syndicated_from, CASE WHEN s.kind = 'wire' THEN s.name END) AS origin, -- the outlet or agency it came from, where a page or the kind of the lead's outlet says so
  m.word_count, -- of the copy
  l.word_count AS lead_word_count -- of the lead
FROM core.article_clusters c
JOIN core.article_clusters k ON k.article_id = c.cluster_id
JOIN core.articles a ON a.article_id = c.article_id
JOIN mart.articles m ON m.article_id = c.article_id
JOIN mart.articles l ON l.article_id = c.cluster_id
JOIN core.sources s ON s.source_id = l.source_id
WHERE NOT c.is_lead;
