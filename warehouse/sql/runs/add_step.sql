UPDATE ops.runs SET steps = list_append(steps, {'step': $step, 'cpu_seconds': $cpu_seconds}) WHERE run_id = $run_id;
