-- Records of the sources, or of all, from before a moment; tombstones stay.
SELECT warc_file, fetch_id
FROM raw.fetches
WHERE warc_file IS NOT NULL AND kind <> 'tombstone' AND fetched_at < $before::TIMESTAMP
  AND ($source_ids IS NULL OR list_contains($source_ids, source_id));
