UPDATE ops.quarantine SET parser_version = $parser WHERE list_contains($ids, quarantine_id) AND resolved_at IS NULL;
