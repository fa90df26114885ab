UPDATE ops.runs SET state = 'crashed' WHERE state = 'running' AND list_contains($ids, run_id);
