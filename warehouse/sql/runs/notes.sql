-- Oddities of the channels that answered in a run: cut, malformed, stale, or with a gap to the previous check.
SELECT source_id, kind, feed_id,
  concat_ws('; ', note, CASE WHEN is_gap THEN 'gap: it shares nothing with what it announced before' END) AS note
FROM ops.feed_checks
WHERE run_id = $run_id AND (note IS NOT NULL OR is_gap) AND outcome IN ('ok', 'same_hash', 'not_modified')
ORDER BY source_id, feed_id, checked_at;
