-- Where names are written: the latest places, each in another article, originals first. For each name $entities has
-- the entity, $written how it is written there, and $unlike how it is not ('': that does not matter).
WITH wanted AS (
  SELECT
    unnest(range(len($entities::VARCHAR[]))) AS number,
    unnest($entities::VARCHAR[]) AS entity_id,
    unnest($written::VARCHAR[]) AS written,
    unnest($unlike::VARCHAR[]) AS unlike
), places AS (
  SELECT DISTINCT ON (w.number, m.article_id)
    w.number,
    m.article_id,
    m.version_id,
    m.char_start,
    m.char_end,
    m.day,
    m.source_name,
    m.is_cluster_lead,
    m.url
  FROM mart.mentions AS m
  JOIN wanted AS w USING (entity_id)
  WHERE m.mention_type NOT IN ('pronoun', 'clitic')
    AND (w.written = '' OR lower(m.text) = lower(w.written))
    AND lower(m.text) <> lower(w.unlike)
  ORDER BY w.number, m.article_id, m.mention_no
), chosen AS (
  SELECT *, row_number() OVER (PARTITION BY number ORDER BY is_cluster_lead DESC, day DESC, article_id) AS place
  FROM places
  QUALIFY place <= $n
)
SELECT c.number, c.day, c.source_name, c.url, c.char_start, c.char_end, v.body_text
FROM chosen AS c
JOIN mart.article_versions AS v USING (version_id)
ORDER BY c.number, c.place;
