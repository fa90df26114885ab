SELECT coalesce(sum(n_new), 0) AS n FROM ops.feed_checks WHERE source_id = $source_id AND run_id = $run_id;
