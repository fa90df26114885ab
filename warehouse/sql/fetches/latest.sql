SELECT max(fetched_at) AS fetched_at FROM raw.fetches;
