-- What publishers reserve for an article (text and data mining, training of models) and their licenses, on its pages or
-- in the robots.txt of its host: one row per statement.
CREATE OR REPLACE VIEW mart.reservations AS
WITH latest_robots AS (
  SELECT regexp_replace(split_part(requested_url, '/', 3), '^www\.', '') AS host,
    arg_max(reservations, fetched_at) AS reservations
  FROM raw.fetches
  -- while robots.txt cannot be fetched, the last copy counts
  WHERE kind = 'robots'
    AND body_sha256 IS NOT NULL
    AND coalesce(http_status, 200) < 500
    AND coalesce(http_status, 200) <> 429
  GROUP BY ALL
), robots_statements AS (
  SELECT host, unnest(reservations) AS reservation FROM latest_robots
), robots_rules AS (
  SELECT host, reservation, split_part(reservation, ':', 1) AS name,
    coalesce(nullif(regexp_extract(reservation, '^content-(?:usage|signal): ([/*]\S*)', 1), ''), '/') AS pattern,
    -- RFC 9309: a prefix, in which * stands for any characters, and $ at the end for the end
    CASE WHEN regexp_full_match(pattern, '[^*$]*\**') THEN rtrim(pattern, '*') END AS prefix,
    '^' || replace(regexp_escape(replace(regexp_replace(pattern, '\$$', ''), '$', '%24')), '\*', '.*')
      || CASE WHEN pattern LIKE '%$' THEN '$' ELSE '' END AS path_regex,
    min(pattern) OVER same_name = max(pattern) OVER same_name AS is_only_pattern
  FROM robots_statements
  WINDOW same_name AS (PARTITION BY host, name)
), addresses AS (
  SELECT article_id, regexp_replace(split_part(url, '/', 3), '^www\.', '') AS host,
    replace(
      replace(substr(url, strpos(url, '//') + 2 + length(split_part(url, '/', 3))), '*', '%2A'), '$', '%24'
    ) AS path
  FROM core.articles
), matches AS (
  SELECT article_id, reservation, name, pattern, is_only_pattern
  FROM addresses
  JOIN robots_rules USING (host)
  WHERE CASE
    WHEN prefix IS NOT NULL THEN starts_with(path, prefix)
    ELSE regexp_matches(path, path_regex)
  END
), matching_rules AS (
  SELECT article_id, reservation FROM matches WHERE is_only_pattern
  UNION ALL
  -- the longest pattern that matches decides; of equal ones all count
  SELECT article_id, reservation FROM matches WHERE NOT is_only_pattern
  QUALIFY length(pattern) = max(length(pattern)) OVER (PARTITION BY article_id, name)
), statements AS (
  SELECT p.article_id, 'page' AS said_by, unnest(f.reservations) AS reservation
  FROM core.version_fetches AS p
  JOIN raw.fetches AS f USING (fetch_id)
  UNION
  SELECT article_id, 'robots.txt', reservation FROM matching_rules
), effects AS (
  SELECT reservation, regexp_replace(reservation, '^(content-(?:usage|signal):) [/*]\S*', '\1') AS without_path,
    regexp_matches(without_path, '^(tdm-reservation|robots):|^content-(usage|signal):.*=\s*no?\b', 'i') AS is_against,
    core.withheld_purposes(without_path) AS withheld_purposes
  FROM (SELECT DISTINCT reservation FROM statements)
)
SELECT
  s.article_id, -- the article
  m.source_name,
  m.day,
  s.said_by, -- page (any of its answers, ever), robots.txt (the latest)
  s.reservation, -- as `name: value`; of robots.txt `name: path value` where it is for a path; `license: URL` names a
    -- license
  e.is_against, -- FALSE where it allows, or names a policy or license
  e.withheld_purposes, -- of search, research and ai-training, those for which an export withholds the text
  m.headline, -- of the article
  m.url -- of the article
FROM statements AS s
JOIN effects AS e USING (reservation)
JOIN mart.article_metadata AS m USING (article_id);
