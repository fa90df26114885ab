-- Quarantined pages: of some ids or sources, or those that another parser version quarantined.
SELECT q.quarantine_id, q.source_id, q.url, q.stage IN ('parse', 'load') AND f.warc_file IS NOT NULL AS is_readable
FROM ops.quarantine AS q
LEFT JOIN raw.fetches AS f USING (fetch_id)
WHERE q.resolved_at IS NULL
  AND ($ids IS NULL OR list_contains($ids, q.quarantine_id))
  AND ($source_ids IS NULL OR list_contains($source_ids, q.source_id))
  AND ($parser IS NULL OR (q.parser_version IS DISTINCT FROM $parser AND is_readable))
ORDER BY q.quarantined_at DESC, q.quarantine_id
LIMIT CASE WHEN $parser IS NULL THEN 1000000 ELSE 200 END;
