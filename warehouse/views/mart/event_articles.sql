-- The articles of every event, copies too: one row per article.
CREATE OR REPLACE VIEW mart.event_articles AS
SELECT
  e.event_id,
  c.article_id, -- the article
  m.source_name,
  m.day,
  c.story_at AS reported_at, -- published, else first seen, UTC
  coalesce(
    (m.date_published + to_minutes(coalesce(m.date_published_offset_minutes, 0)))::TIME <> TIME '00:00', FALSE
  ) AS has_time, -- FALSE where its page gives no time of day, so that nobody knows who was first
  c.is_lead AS is_cluster_lead, -- FALSE for a copy
  coalesce(
    min(
      coalesce(a.syndicated_from, n.agency, CASE WHEN s.kind = 'wire' THEN s.name END)
    ) OVER (PARTITION BY c.cluster_id),
    c.cluster_id
  ) AS origin, -- whose text it is: the agency or outlet that an article of its cluster of copies names, else the
    -- cluster
  m.headline, -- of the article
  m.url -- of the article
FROM core.article_clusters AS c
JOIN mart.event_members AS e ON e.article_id = c.article_id
JOIN mart.article_metadata AS m ON m.article_id = c.article_id
JOIN core.articles AS a ON a.article_id = c.article_id
JOIN core.sources AS s ON s.source_id = a.source_id
LEFT JOIN core.agency_credits AS n ON n.article_id = c.article_id;
