SELECT fetch_id FROM raw.fetches WHERE fetch_id IN (SELECT unnest($ids));
