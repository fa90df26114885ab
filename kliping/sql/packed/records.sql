-- The records of articles, in the order of the archive: of the addresses that have led to them, and of further pages
-- that one of them announced. Those that are archived no more have no file.
WITH articles AS MATERIALIZED (
  SELECT article_id, coalesce(headline, url) AS title, url
  FROM mart.article_metadata
  WHERE article_id IN (SELECT unnest($article_ids))
), addresses AS MATERIALIZED (
  SELECT url, title FROM articles
  UNION
  SELECT f.url, a.title FROM ops.frontier AS f JOIN articles AS a USING (article_id)
), found AS (
  SELECT x.fetch_id, x.warc_file, x.warc_offset, x.warc_length, a.title
  FROM raw.fetches AS x
  JOIN addresses AS a ON a.url = x.requested_url
  UNION
  SELECT x.fetch_id, x.warc_file, x.warc_offset, x.warc_length, a.title
  FROM raw.fetches AS x
  JOIN addresses AS a ON a.url = x.announced_by
  WHERE x.kind = 'part'
)
SELECT fetch_id, warc_file AS file, warc_offset AS offset, warc_length AS length, min(title) AS title
FROM found
GROUP BY ALL
ORDER BY warc_file, warc_offset;
