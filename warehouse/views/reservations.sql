-- What publishers reserve for an article (text and data mining, training of models), on its pages or in the robots.txt of its host: one row per statement.
CREATE OR REPLACE VIEW mart.reservations AS
WITH robots AS (
  SELECT regexp_replace(split_part(requested_url, '/', 3), '^www\.', '') AS host, arg_max(reservations, fetched_at) AS reservations
  FROM raw.fetches
  WHERE kind = 'robots' AND body_sha256 IS NOT NULL
  GROUP BY ALL
), statements AS (
  SELECT p.article_id, 'page' AS said_by, unnest(f.reservations) AS reservation
  FROM core.version_fetches AS p
  JOIN raw.fetches AS f USING (fetch_id)
  UNION
  SELECT a.article_id, 'robots.txt', unnest(r.reservations)
  FROM core.articles AS a
  JOIN robots AS r ON r.host = regexp_replace(split_part(a.url, '/', 3), '^www\.', '')
)
SELECT
  s.article_id, -- the article
  m.source_name, -- title of the outlet
  m.day, -- the day to count it under
  s.said_by, -- page (any of its answers, ever), robots.txt (the latest)
  s.reservation, -- as `name: value`
  regexp_matches(s.reservation, '^(tdm-reservation|robots):|=\s*no?\b', 'i') AS is_against, -- FALSE where it names a policy or allows
  m.headline, -- of the article
  m.url -- of the article
FROM statements AS s
JOIN core.article_metadata AS m USING (article_id);
