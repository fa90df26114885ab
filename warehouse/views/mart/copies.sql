-- Which article copied its text from which: one row per copy, with the earliest article of its cluster.
CREATE OR REPLACE VIEW mart.copies AS
SELECT
  c.cluster_id, -- article_id of the lead
  c.article_id, -- the copy
  m.source_name, -- outlet of the copy
  m.day, -- the day to count the copy under
  m.headline, -- of the copy
  m.url, -- of the copy
  l.source_name AS lead_source_name, -- outlet of the lead
  l.headline AS lead_headline, -- of the lead
  l.url AS lead_url, -- of the lead
  c.relation AS copy_relation, -- exact, near_duplicate, partial (the shorter is taken from the longer)
  c.jaccard, -- share of all their five-word shingles that both have
  c.containment, -- shared of the shorter one's
  date_diff('minute', k.story_at, c.story_at) AS minutes_after, -- from the lead to the copy
  m.source_id = l.source_id AS is_own, -- the outlet repeats itself
  a.syndicated_from, -- the origin that the copy names, as printed
  coalesce(
    a.syndicated_from, n.agency, b.syndicated_from, o.agency, CASE WHEN s.kind = 'wire' THEN s.name END
  ) AS origin, -- the outlet or agency the text came from: named by the copy, in its dateline, credits, byline or text;
    -- or by the lead; or the lead's outlet if that is an agency
  v.word_count, -- of the copy
  w.word_count AS lead_word_count -- of the lead
FROM core.article_clusters AS c
JOIN core.article_clusters AS k ON k.article_id = c.cluster_id
JOIN core.articles AS a ON a.article_id = c.article_id
JOIN core.articles AS b ON b.article_id = c.cluster_id
LEFT JOIN core.agency_credits AS n ON n.article_id = c.article_id
LEFT JOIN core.agency_credits AS o ON o.article_id = c.cluster_id
JOIN mart.article_metadata AS m ON m.article_id = c.article_id
JOIN mart.article_metadata AS l ON l.article_id = c.cluster_id
JOIN core.article_versions AS v ON v.version_id = m.version_id
JOIN core.article_versions AS w ON w.version_id = l.version_id
JOIN core.sources AS s ON s.source_id = l.source_id
WHERE NOT c.is_lead;
