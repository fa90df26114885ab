SELECT prefect_flow_run_id AS id FROM ops.runs WHERE state = 'crashed' AND prefect_flow_run_id IS NOT NULL;
