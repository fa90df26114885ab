SELECT max(fetched_at) AS at FROM raw.fetches;
