-- Every answered page and file, the pages of one article together and in order of time; where ids of pages put aside or of articles are given, of those articles only.
WITH pages AS (
  SELECT
    coalesce(v.article_id, fr.article_id, fr.url, f.requested_url) AS chain,
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
    AND NOT (v.fetch_id IS NULL AND fr.url IS NOT NULL AND fr.state = 'pending')  -- an article whose last pages are still to come
    AND ($source_ids IS NULL OR list_contains($source_ids, f.source_id))
)
SELECT p.chain, p.file, p.offset, p.length
FROM pages AS p
WHERE ($aside IS NULL AND $articles IS NULL)
  OR list_contains($articles, p.chain)
  OR p.chain IN (SELECT chain FROM pages WHERE fetch_id IN (SELECT fetch_id FROM ops.quarantine WHERE list_contains($aside, quarantine_id)))
ORDER BY p.chain, p.fetched_at, p.fetch_id;
