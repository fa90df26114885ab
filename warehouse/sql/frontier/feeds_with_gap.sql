SELECT feed_id FROM ops.feed_checks WHERE source_id = $source_id AND run_id = $run_id AND is_gap;
