-- People quoted in these articles, each with the article of their first quote; with entities, only of these people.
WITH quotes AS (
  SELECT q.article_id, q.char_start, s.speaker, s.speaker_role, s.speaker_entity_id AS entity_id, a.first_seen_at
  FROM mart.speakers AS s
  JOIN core.quotes AS q ON q.version_id = s.version_id AND q.quote_no = s.quote_no
  JOIN mart.article_metadata AS a ON a.version_id = q.version_id
), new_people AS (
  SELECT DISTINCT entity_id FROM quotes WHERE article_id IN (SELECT unnest($articles::VARCHAR[]))
)
SELECT
  arg_min(q.article_id, (q.first_seen_at, q.article_id)) AS article_id,
  [q.entity_id] AS words,
  'first quote of ' || arg_min(
    concat_ws(', ', q.speaker, q.speaker_role), (q.first_seen_at, q.article_id, q.char_start)
  ) AS what,
  arg_min(q.char_start, (q.first_seen_at, q.article_id, q.char_start)) AS told_at,
  '/entity/' || q.entity_id AS page
FROM quotes AS q
SEMI JOIN new_people USING (entity_id)
SEMI JOIN mart.people USING (entity_id)
WHERE len($entities::VARCHAR[]) = 0 OR list_contains($entities::VARCHAR[], q.entity_id)
GROUP BY q.entity_id
ORDER BY ALL;
