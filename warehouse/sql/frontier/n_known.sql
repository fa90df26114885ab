SELECT count(*) AS n
FROM ops.frontier
WHERE source_id = $source_id AND is_past IS NOT TRUE AND reason IS DISTINCT FROM 'other_outlet';
