-- The answered pages, in order of time, of articles whose run ended between two pages, or of which a further page could
-- not be fetched. Of the former, the last answered page shows no version and is not quarantined. An article that was
-- announced as changed since starts over.
WITH last_pages AS (
  SELECT f.requested_url AS url, f.fetch_id, f.fetched_at, f.link_modified_at
  FROM raw.fetches AS f
  WHERE f.requested_url IN (SELECT unnest($urls)) AND f.kind = 'page' AND f.outcome IN ('ok', 'unchanged')
  QUALIFY row_number() OVER (PARTITION BY f.requested_url ORDER BY f.fetched_at DESC, f.fetch_id DESC) = 1
), unfinished_articles AS (
  SELECT l.*
  FROM last_pages AS l
  JOIN ops.frontier AS fr USING (url)
  WHERE NOT coalesce(fr.modified_at > l.link_modified_at, FALSE)
    AND (
      fr.reason = 'partial'
      OR (
        fr.state = 'pending'
        AND l.fetch_id NOT IN (SELECT fetch_id FROM core.version_fetches)
        AND l.fetch_id NOT IN (SELECT fetch_id FROM ops.quarantine WHERE fetch_id IS NOT NULL)
      )
    )
)
SELECT b.url, f.warc_file AS file, f.warc_offset AS offset, f.warc_length AS length
FROM unfinished_articles AS b
JOIN raw.fetches AS f ON f.requested_url = b.url OR f.announced_by = b.url
WHERE (f.fetch_id = b.fetch_id OR (f.kind = 'part' AND f.fetched_at >= b.fetched_at)) AND f.warc_file IS NOT NULL
ORDER BY b.url, f.fetched_at, f.fetch_id;
