-- The figures of one text, with what its page knows of the article left out; `quote_no` is the quote that says it.
-- `|| ''` keeps a scan from comparing the version in all rows before it looks at the range.
SELECT
  f.text,
  f.noun_phrase,
  f.value::DOUBLE AS value,
  coalesce(f.currency, f.unit) AS unit,
  mart.figure_kind(f.currency, f.unit, f.text, $body_text, f.char_start, f.char_end) AS kind,
  f.quote_no,
  f.article_id,
  f.figure_no,
  f.char_start,
  f.char_end,
  concat_ws(
    ' ', comparator, rtrim(rtrim(value::VARCHAR, '0'), '.'), '– ' || rtrim(rtrim(value_high::VARCHAR, '0'), '.'),
    coalesce(currency, unit), '(quote ' || quote_no || ')'
  ) AS details
FROM core.figures AS f
WHERE f.version_id || '' = $version_id AND f.rowid BETWEEN $first_figure_row AND $last_figure_row
ORDER BY f.figure_no;
