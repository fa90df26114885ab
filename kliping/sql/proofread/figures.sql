-- The figures of some versions.
SELECT
  version_id,
  char_start,
  char_end,
  {value: value, value_high: value_high, unit: unit, currency: currency, noun_phrase: noun_phrase} AS amount
FROM core.figures
WHERE version_id IN (SELECT unnest($version_ids))
ORDER BY version_id, figure_no;
