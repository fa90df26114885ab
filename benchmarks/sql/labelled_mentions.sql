-- The people and organisations that an article names.
SELECT m.*
FROM mart.mentions AS m
WHERE m.url = $url
ORDER BY m.char_start
