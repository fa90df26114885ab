-- The figures of some versions.
SELECT version_id, char_start, char_end, value, value_high, unit, currency, noun_phrase
FROM core.figures
WHERE version_id IN (SELECT unnest($version_ids))
ORDER BY version_id, figure_no;
