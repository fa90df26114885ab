-- The quotes of some speakers and days, the earliest report first.
WITH names AS (
  SELECT entity_id FROM mart.identities WHERE canonical_id IN (SELECT unnest($speakers::VARCHAR[]))
  UNION
  SELECT unnest($speakers::VARCHAR[])
), chosen AS (
  SELECT q.rowid AS quote_row
  FROM core.quotes AS q
  JOIN mart.article_metadata AS a USING (version_id)
  WHERE q.speaker_entity_id IN (FROM names) AND mart.is_within(a.day, $since, $until)
), own_quotes AS MATERIALIZED (
  FROM core.quotes WHERE rowid IN (FROM chosen)
), own_speakers AS MATERIALIZED (
  FROM mart.speakers WHERE quote_row IN (FROM chosen)
)
SELECT
  coalesce(c.story_at, a.date_published, a.first_seen_at) AS reported_at,
  coalesce(
    (a.date_published + to_minutes(coalesce(a.date_published_offset_minutes, 0)))::TIME <> TIME '00:00', FALSE
  ) AS has_time,
  a.date_published_offset_minutes AS offset_minutes,
  a.day,
  a.source_name,
  q.text,
  q.quote_type,
  s.speaker,
  s.speaker_entity_id,
  l.source_name AS copied_from, -- the outlet whose text the article has
  coalesce(a.syndicated_from, n.agency) AS credited, -- the outlet or agency that the article names
  a.headline,
  a.url,
  q.article_id,
  q.quote_no,
  q.char_start
FROM own_quotes AS q
JOIN own_speakers AS s USING (version_id, quote_no)
JOIN mart.article_metadata AS a USING (version_id)
LEFT JOIN core.article_clusters AS c ON c.article_id = q.article_id
-- one equality alone: DuckDB would compare each quote with each article for two conditions
LEFT JOIN mart.article_metadata AS l ON l.article_id = CASE WHEN NOT c.is_lead THEN c.cluster_id END
LEFT JOIN core.agency_credits AS n ON n.article_id = q.article_id
WHERE s.speaker_entity_id IN (SELECT unnest($speakers::VARCHAR[]))
ORDER BY reported_at, q.article_id, q.quote_no;
