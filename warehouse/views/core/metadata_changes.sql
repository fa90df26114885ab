-- What outlets changed beside the text: one row per field and change. Only what two fetched pages state at the same
-- place is compared, read by one version of the parser; a page that lacks a field changes nothing. Key: (article_id,
-- fetch_id, kind).
CREATE OR REPLACE VIEW core.metadata_changes AS
WITH visited AS (
  SELECT
    *,
    date_published + to_minutes(date_published_offset_minutes) AS local_date
  FROM core.article_statements
  WHERE NOT is_imported
    AND article_id IN (
      SELECT article_id FROM core.article_statements WHERE NOT is_imported GROUP BY ALL HAVING count(*) > 1
    )
), stated AS (
  SELECT article_id, version_id, fetch_id, fetched_at, parser_version, 'date' AS kind, date_published_source AS place,
    strftime(coalesce(local_date, date_published), '%Y-%m-%d %H:%M') AS value,
    strftime(date_published, '%Y-%m-%d %H:%M') AS compared
  FROM visited
  WHERE date_published IS NOT NULL AND date_published_source NOT IN ('feed', 'sitemap', 'url')
  UNION ALL
  SELECT article_id, version_id, fetch_id, fetched_at, parser_version, 'author', coalesce(provenance ->> 'authors', ''),
    authors, array_to_string(list_sort(string_split(lower(authors), '; ')), '; ')
  FROM visited
  WHERE authors IS NOT NULL
  UNION ALL
  SELECT article_id, version_id, fetch_id, fetched_at, parser_version, 'section',
    coalesce(provenance ->> 'article_section', ''), article_section, lower(article_section)
  FROM visited
  WHERE article_section IS NOT NULL
), changes AS (
  SELECT *, lag(value) OVER earlier AS value_before, lag(compared) OVER earlier AS compared_before
  FROM stated
  WINDOW earlier AS (PARTITION BY article_id, kind, place, parser_version ORDER BY fetched_at, fetch_id)
)
SELECT
  article_id, -- the article
  version_id, -- the text that the later page showed
  fetch_id, -- the later page, in raw.fetches
  fetched_at AS detected_at, -- when it was fetched, UTC
  kind, -- date (of publication), author, section
  value_before, -- what the page stated before; a date in the page's own time
  value AS value_after -- what it states now
FROM changes
WHERE compared <> compared_before
  -- a day without a clock time is no other day
  AND NOT (
    kind = 'date' AND left(value, 10) = left(value_before, 10) AND '00:00' IN (right(value, 5), right(value_before, 5))
  );
