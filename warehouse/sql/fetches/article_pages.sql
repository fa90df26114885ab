-- The record locations of every answered page and file, those of one article together and in order of time. With
-- $quarantine_ids or $article_ids, of those articles only.
WITH pages AS (
  SELECT
    coalesce(v.article_id, fr.article_id, fr.url, f.requested_url) AS article,
    f.fetch_id,
    f.fetched_at,
    f.warc_file AS file,
    f.warc_offset AS offset,
    f.warc_length AS length
  FROM raw.fetches AS f
  LEFT JOIN core.version_fetches AS v USING (fetch_id)
  LEFT JOIN ops.frontier AS fr ON fr.url = CASE WHEN f.kind = 'part' THEN f.announced_by ELSE f.requested_url END
  WHERE f.kind IN ('page', 'part', 'file')
    AND (f.outcome = 'ok' OR f.kind = 'part')
    AND f.warc_file IS NOT NULL
    -- an article whose last pages are still to come
    AND NOT (v.fetch_id IS NULL AND fr.url IS NOT NULL AND fr.state = 'pending')
    AND ($source_ids IS NULL OR list_contains($source_ids, f.source_id))
)
SELECT p.article, p.file, p.offset, p.length
FROM pages AS p
WHERE ($quarantine_ids IS NULL AND $article_ids IS NULL)
  OR list_contains($article_ids, p.article)
  OR p.article IN (
    SELECT article
    FROM pages
    WHERE fetch_id IN (SELECT fetch_id FROM ops.quarantine WHERE list_contains($quarantine_ids, quarantine_id))
  )
ORDER BY p.article, p.fetched_at, p.fetch_id;
