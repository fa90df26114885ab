SELECT count(*) AS n FROM ops.frontier WHERE source_id = $source_id AND state = 'pending' AND is_past IS NOT TRUE;
