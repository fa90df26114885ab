SELECT url
FROM ops.frontier
WHERE url_key IN (SELECT md5_number_lower(unnest($urls::VARCHAR[]))) AND url IN (SELECT unnest($urls::VARCHAR[]));
